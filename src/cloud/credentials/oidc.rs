//! A role by an OIDC token, with the variables that RRSA puts into a pod: all three or none.

use super::role::{OidcRole, WithOidc};
use super::{Chain, Credentials, Source, Why};

pub(super) async fn take(chain: &Chain) -> Result<(Credentials, Source), Why> {
    let oidc = &chain.places().oidc;
    let (Some(role_arn), Some(provider_arn), Some(token_file)) =
        (&oidc.role_arn, &oidc.provider_arn, &oidc.token_file)
    else {
        let variables = [
            ("ALIBABA_CLOUD_ROLE_ARN", oidc.role_arn.is_none()),
            ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", oidc.provider_arn.is_none()),
            ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", oidc.token_file.is_none()),
        ];
        let unset = variables.into_iter().filter(|(_, unset)| *unset).map(|(name, _)| name);
        return Err(Why::Unset(unset.collect()));
    };
    let role = OidcRole {
        role_arn,
        provider_arn,
        token_file: token_file.clone(),
        with: WithOidc { session_name: oidc.session_name.as_deref(), ..WithOidc::default() },
    };
    let credentials = role.take(chain, &chain.places().sts).await?;
    Ok((credentials, Source::Oidc { role_arn: role_arn.clone() }))
}
