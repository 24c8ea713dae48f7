//! From the environment to where credentials are looked for: the variables of facts section g.

use crate::cli::{ApiNetwork, Global};
use crate::cloud::credentials::{Ecs, External, Oidc, Places, Sts};
use crate::cloud::hosts::Hosts;
use crate::env::Env;

/// Variables whose secrets are no business of an external credential command.
pub const WITHHELD: [&str; 7] = [
    "TIDB_PE_PASSWORD",
    "TIDB_CLOUD_PUBLIC_KEY",
    "TIDB_CLOUD_PRIVATE_KEY",
    "TIDBCLOUD_PUBLIC_KEY",
    "TIDBCLOUD_PRIVATE_KEY",
    "TDC_PUBLIC_KEY",
    "TDC_PRIVATE_KEY",
];

/// Where credentials are looked for. `base` is `--endpoint-url`; `region` is the one the run is about.
pub fn places(env: &Env, global: &Global, base: Option<Hosts>, region: Option<&str>) -> Places {
    let own = |name| env.var(name).map(ToOwned::to_owned);
    let home = |path: &str| env.home.as_ref().map(|home| home.join(path));
    let ini_files = match own("ALIBABA_CLOUD_CREDENTIALS_FILE") {
        Some(path) => vec![path.into()],
        // facts section g: the Go SDK reads the first, the Python SDK the second
        None => [".alibabacloud/credentials", ".alibabacloud/credentials.ini"]
            .into_iter()
            .filter_map(home)
            .collect(),
    };
    Places {
        key_id: own("ALIBABA_CLOUD_ACCESS_KEY_ID"),
        key_secret: env.secret("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
        token: env.secret("ALIBABA_CLOUD_SECURITY_TOKEN"),
        oidc: Oidc {
            role_arn: own("ALIBABA_CLOUD_ROLE_ARN"),
            provider_arn: own("ALIBABA_CLOUD_OIDC_PROVIDER_ARN"),
            token_file: own("ALIBABA_CLOUD_OIDC_TOKEN_FILE").map(Into::into),
            session_name: own("ALIBABA_CLOUD_ROLE_SESSION_NAME"),
        },
        chosen_profile: global.profile.clone(),
        chain_profile: own("ALIBABA_CLOUD_PROFILE"),
        config_file: own("ALIBABA_CLOUD_CONFIG_FILE").map(Into::into).or_else(|| home(".aliyun/config.json")),
        profiles_disabled: ["ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "ALIBABA_CLOUD_IGNORE_PROFILE"]
            .into_iter()
            .find(|name| env.switch(name)),
        ini_files,
        ecs: Ecs {
            base: own("TIDB_PE_ECS_METADATA_URL").unwrap_or_else(|| Ecs::BASE.to_owned()),
            role: own("ALIBABA_CLOUD_ECS_METADATA"),
            disabled: env.switch("ALIBABA_CLOUD_ECS_METADATA_DISABLED"),
            v1_disabled: env.switch("ALIBABA_CLOUD_IMDSV1_DISABLED"),
            ..Ecs::default()
        },
        uri: env.secret("ALIBABA_CLOUD_CREDENTIALS_URI"),
        sts: sts(env, global, base, region),
        external: External {
            disabled: env.switch("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"),
            withheld: WITHHELD.to_vec(),
            ..External::default()
        },
    }
}

fn sts(env: &Env, global: &Global, base: Option<Hosts>, region: Option<&str>) -> Sts {
    let own = |name| env.var(name).map(ToOwned::to_owned);
    let vpc = api_network(env, global) == ApiNetwork::Vpc;
    // The central host is not reachable from a VPC without internet: the run's region has one that is.
    let region = region.filter(|_| vpc).map(ToOwned::to_owned);
    Sts {
        base,
        endpoint: own("ALIBABA_CLOUD_STS_ENDPOINT"),
        region: own("ALIBABA_CLOUD_STS_REGION").or(region),
        vpc,
    }
}

/// `--api-network`, else what Alibaba Cloud's own tools are told.
pub fn api_network(env: &Env, global: &Global) -> ApiNetwork {
    let vpc = env.switch("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED")
        || env.var("ALIBABA_CLOUD_ENDPOINT_TYPE").is_some_and(|kind| kind.eq_ignore_ascii_case("vpc"));
    global.api_network.unwrap_or(if vpc { ApiNetwork::Vpc } else { ApiNetwork::Public })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn global(args: &[&str]) -> Global {
        Cli::try_parse_from([&["tidb-pe", "policy"], args].concat()).unwrap().global
    }

    #[test]
    fn the_api_network_is_the_flags_else_the_variables() {
        let vpc = Env::of([("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true")]);
        let cli = Env::of([("ALIBABA_CLOUD_ENDPOINT_TYPE", "vpc")]);
        assert_eq!(api_network(&Env::default(), &global(&[])), ApiNetwork::Public);
        assert_eq!(api_network(&vpc, &global(&[])), ApiNetwork::Vpc);
        assert_eq!(api_network(&cli, &global(&[])), ApiNetwork::Vpc);
        assert_eq!(api_network(&vpc, &global(&["--api-network", "public"])), ApiNetwork::Public);
        assert_eq!(api_network(&Env::default(), &global(&["--api-network", "vpc"])), ApiNetwork::Vpc);
    }

    #[test]
    fn inside_a_vpc_sts_is_asked_in_the_region_of_the_run() {
        let sts = |args: &[&str], env: &Env| {
            let sts = places(env, &global(args), None, Some("ap-southeast-1")).sts;
            (sts.region, sts.vpc)
        };
        let named = Env::of([("ALIBABA_CLOUD_STS_REGION", "cn-beijing")]);
        let region = |region: &str| Some(region.to_owned());
        assert_eq!(sts(&[], &Env::default()), (None, false));
        assert_eq!(sts(&["--api-network", "vpc"], &Env::default()), (region("ap-southeast-1"), true));
        assert_eq!(sts(&["--api-network", "vpc"], &named), (region("cn-beijing"), true));
        assert_eq!(sts(&[], &named), (region("cn-beijing"), false));
    }

    /// What an external command must not see is every variable that a secret of this tool is read from.
    #[test]
    fn every_secret_of_the_database_is_withheld_from_commands() {
        let external = places(&Env::default(), &global(&[]), None, None).external;
        for name in ["TIDB_PE_PASSWORD", "TIDB_CLOUD_PRIVATE_KEY", "TIDBCLOUD_PRIVATE_KEY"] {
            assert!(external.withheld.contains(&name), "{name}");
        }
        assert_eq!(external.limit, std::time::Duration::from_secs(60));
    }
}
