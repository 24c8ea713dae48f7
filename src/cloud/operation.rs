//! What can be asked of Alibaba Cloud: each operation declared once, with its product, version and effect.

/// An Alibaba Cloud product's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Product {
    /// PrivateLink, version 2020-04-15.
    PrivateLink,
    /// VPC, version 2016-04-28.
    Vpc,
    /// ECS (security groups live here), version 2014-05-26.
    Ecs,
    /// STS, version 2015-04-01.
    Sts,
}

impl Product {
    /// The API version sent with every request (facts section b).
    pub fn version(self) -> &'static str {
        match self {
            Self::PrivateLink => "2020-04-15",
            Self::Vpc => "2016-04-28",
            Self::Ecs => "2014-05-26",
            Self::Sts => "2015-04-01",
        }
    }

    /// The product's code in host names and RAM actions.
    pub fn code(self) -> &'static str {
        match self {
            Self::PrivateLink => "privatelink",
            Self::Vpc => "vpc",
            Self::Ecs => "ecs",
            Self::Sts => "sts",
        }
    }
}

/// What an operation does to the cloud, which decides when it may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Changes nothing: may be repeated freely.
    Read,
    /// Changes something: repeated only with the same client token, or when it was certainly not carried out.
    Write,
    /// Changes something, and a repetition changes nothing more: may be repeated freely.
    Repeatable,
}

/// A part of what this tool does, as somebody who writes RAM policies sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// Look at the service, the network and existing endpoints; change nothing.
    Verify,
    /// Create an endpoint in a network that is there, and wait for it.
    Create,
    /// Create a vSwitch or a security group for it.
    Network,
    /// Delete an endpoint.
    Delete,
}

impl Feature {
    /// As it is written on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Create => "create",
            Self::Network => "network",
            Self::Delete => "delete",
        }
    }
}

/// What has to allow an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Nobody has said yet: a test fails while an operation is declared like this.
    Undeclared,
    /// A RAM policy of the identity that calls it, if it uses one of these features.
    Policy(&'static [Feature]),
    /// Something else than the identity this tool works as: the trust policy of a role.
    Elsewhere,
}

/// One API operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The product it belongs to.
    pub product: Product,
    /// The `Action` parameter.
    pub action: &'static str,
    /// Whether it changes anything.
    pub access: Access,
    /// What has to allow it.
    pub grant: Grant,
}

impl Operation {
    /// An operation that changes nothing.
    pub const fn read(product: Product, action: &'static str) -> Self {
        Self { product, action, access: Access::Read, grant: Grant::Undeclared }
    }

    /// An operation that changes something.
    pub const fn write(product: Product, action: &'static str) -> Self {
        Self { product, action, access: Access::Write, grant: Grant::Undeclared }
    }

    /// The same operation, of which a repetition changes nothing more.
    #[must_use]
    pub const fn repeatable(self) -> Self {
        Self { access: Access::Repeatable, ..self }
    }

    /// The same operation, allowed by a policy for any of `features`.
    #[must_use]
    pub const fn for_features(self, features: &'static [Feature]) -> Self {
        Self { grant: Grant::Policy(features), ..self }
    }

    /// The same operation, allowed by something else than the identity's own policy.
    #[must_use]
    pub const fn granted_elsewhere(self) -> Self {
        Self { grant: Grant::Elsewhere, ..self }
    }

    /// The features that need it.
    pub fn features(&self) -> &'static [Feature] {
        match self.grant {
            Grant::Policy(features) => features,
            Grant::Undeclared | Grant::Elsewhere => &[],
        }
    }

    /// The RAM action that allows it, such as `privatelink:CreateVpcEndpoint` (facts section i).
    pub fn ram_action(&self) -> String {
        format!("{}:{}", self.product.code(), self.action)
    }
}
