//! The operations of the simulated cloud: what an action takes, and what it does.

use serde_json::{Map, Value};

use super::args::Args;
use super::clock::{Clock, Ms, iso};
use super::refusal::{Refusal, invalid, not_found};
use super::scenario::Scenario;
use super::state::State;

mod create;
mod ecs_groups;
mod ecs_rules;
mod endpoints;
mod page;
mod privatelink;
mod sts;
mod table;
mod tags;
mod vpcs;
mod vswitches;
mod zones;

pub(super) use table::{ACTIONS, ASSUME_ROLE_WITH_OIDC};

/// A product of the cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Product {
    PrivateLink,
    Vpc,
    Ecs,
    Sts,
}

impl Product {
    /// The name in hosts and in RAM actions.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::PrivateLink => "privatelink",
            Self::Vpc => "vpc",
            Self::Ecs => "ecs",
            Self::Sts => "sts",
        }
    }

    /// The API version (facts b1 to b4).
    pub(super) fn version(self) -> &'static str {
        match self {
            Self::PrivateLink => "2020-04-15",
            Self::Vpc => "2016-04-28",
            Self::Ecs => "2014-05-26",
            Self::Sts => "2015-04-01",
        }
    }
}

/// An action: its declaration and its deed.
pub(super) struct Action {
    pub(super) product: Product,
    pub(super) name: &'static str,
    /// The declared parameters, see [`super::args`].
    pub(super) spec: &'static str,
    pub(super) run: fn(&mut Ctx<'_>) -> Result<Value, Refusal>,
}

/// What an operation works with.
pub(super) struct Ctx<'a> {
    pub(super) args: &'a Args,
    pub(super) state: &'a mut State,
    pub(super) scenario: &'a Scenario,
    pub(super) clock: &'a Clock,
    pub(super) now: Ms,
}

impl Ctx<'_> {
    /// The call's region.
    fn region(&self) -> String {
        self.args.text("RegionId").unwrap_or(&self.scenario.region).to_string()
    }

    /// Whether a thing created at that moment is in the lists by now.
    fn is_listed(&self, created: Ms) -> bool {
        self.now >= created + super::life::ms(self.scenario.timing.listed_ms)
    }

    /// Whether a call that names an endpoint created at that moment finds it by now.
    fn is_known(&self, created: Ms) -> bool {
        self.now >= created + super::life::ms(self.scenario.timing.known_ms)
    }

    /// A moment as `2022-01-02T19:11:12Z`.
    fn iso(&self, at: Ms) -> String {
        iso(self.clock.wall(at))
    }
}

/// PrivateLink's regions (facts e), which this cloud has everything in.
const REGIONS: &[&str] = &[
    "cn-hangzhou",
    "cn-shanghai",
    "cn-nanjing",
    "cn-fuzhou",
    "cn-wuhan-lr",
    "cn-qingdao",
    "cn-beijing",
    "cn-zhangjiakou",
    "cn-huhehaote",
    "cn-wulanchabu",
    "cn-shenzhen",
    "cn-heyuan",
    "cn-guangzhou",
    "cn-chengdu",
    "cn-hongkong",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "us-east-1",
    "us-west-1",
    "us-southeast-1",
    "na-south-1",
    "eu-central-1",
    "eu-west-1",
    "me-east-1",
    "me-central-1",
];

/// `RegionId` has to be a region that exists.
pub(super) fn check_region(product: Product, args: &Args) -> Result<(), Refusal> {
    match args.text("RegionId") {
        Some(region) if !REGIONS.contains(&region) => {
            // facts d: 404 or 400; PrivateLink's "not found" are 400 (facts 0.5).
            let status = if product == Product::PrivateLink { 400 } else { 404 };
            Err(Refusal::new(status, "RegionNotFound", format!("The region {region} does not exist.")))
        }
        _ => Ok(()),
    }
}

/// Merges the fields of `more` into `object`.
fn merge(mut object: Map<String, Value>, more: Value) -> Value {
    if let Value::Object(more) = more {
        object.extend(more);
    }
    Value::Object(object)
}

/// facts b1, `EndpointName`: 2 to 128, begins with a letter (or a Chinese one), then letters, digits, `-`, `_`.
fn check_name(param: &str, name: &str) -> Result<(), Refusal> {
    let length = name.chars().count();
    let first = name.chars().next().is_some_and(char::is_alphabetic);
    let rest = name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    let good = (2..=128).contains(&length) && first && rest;
    if good {
        Ok(())
    } else {
        Err(invalid(param, "2 to 128 letters, digits, - and _, beginning with a letter"))
    }
}

/// facts b1, `EndpointDescription`: 2 to 256, and no link at the beginning.
fn check_description(param: &str, text: &str) -> Result<(), Refusal> {
    let link = text.starts_with("http://") || text.starts_with("https://");
    let good = (2..=256).contains(&text.chars().count()) && !link;
    if good {
        Ok(())
    } else {
        Err(invalid(param, "2 to 256 characters, not beginning with http:// or https://"))
    }
}

/// facts b1, conventions: `ClientToken` is ASCII, at most 64 characters.
fn check_token(token: &str) -> Result<(), Refusal> {
    let good = token.is_ascii() && token.len() <= 64;
    if good { Ok(()) } else { Err(invalid("ClientToken", "at most 64 ASCII characters")) }
}

/// Runs a call once a client token: a repeated call gets the first answer, another one under the same token
/// is refused with `mismatch` (facts d: products differ in the code).
fn once(
    ctx: &mut Ctx<'_>,
    action: &str,
    mismatch: &str,
    run: impl FnOnce(&mut Ctx<'_>) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    let Some(token) = ctx.args.text("ClientToken") else { return run(ctx) };
    check_token(token)?;
    let key = (action.to_string(), token.to_string());
    let args = ctx.args.without_token();
    match ctx.state.tokens.get(&key) {
        Some((first, answer)) if *first == args => Ok(answer.clone()),
        Some(_) => Err(Refusal::new(400, mismatch, "The client token was used with other parameters.")),
        None => {
            let answer = run(ctx)?;
            ctx.state.tokens.insert(key, (args, answer.clone()));
            Ok(answer)
        }
    }
}

/// facts b1, d: a dry run that finds nothing wrong ends as a 400.
fn dry_run_passed() -> Refusal {
    Refusal::new(400, "DryRunOperation", "Request validation has been passed with DryRun flag set.")
}

/// A 404 of VPC for a thing that does not exist (facts b2).
fn no_such(code: &str, id: &str) -> Refusal {
    not_found(code, format!("The specified resource {id} is not found."))
}
