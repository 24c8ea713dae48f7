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
}

impl Operation {
    /// An operation that changes nothing.
    pub const fn read(product: Product, action: &'static str) -> Self {
        Self { product, action, access: Access::Read }
    }

    /// An operation that changes something.
    pub const fn write(product: Product, action: &'static str) -> Self {
        Self { product, action, access: Access::Write }
    }

    /// The RAM action that allows it, such as `privatelink:CreateVpcEndpoint` (facts section i).
    pub fn ram_action(&self) -> String {
        format!("{}:{}", self.product.code(), self.action)
    }
}
