//! From a request to an answer: parameters, action, caller, faults, permission, operation.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::args::Args;
use super::auth;
use super::call::{Call, without_secrets};
use super::clock::{Clock, Ms, http_date};
use super::fault::{self, Struck};
use super::http::{Answer, Request, Response};
use super::ops::{ACTIONS, ASSUME_ROLE_WITH_OIDC, Action, Ctx, Product, check_region};
use super::params::merged;
use super::refusal::{Refusal, bad, missing, not_found};
use super::scenario::Scenario;
use super::state::State;
use crate::cloud::sign::Params;

/// The simulated cloud.
pub(super) struct Cloud {
    pub(super) scenario: Scenario,
    pub(super) clock: Clock,
    state: Mutex<State>,
    calls: Mutex<Vec<Call>>,
    /// How many calls have been left without an answer on purpose.
    pub(super) hung: AtomicUsize,
    /// Whether no fault strikes any more.
    pub(super) calm: AtomicBool,
}

/// What the cloud says, before it is bytes.
struct Said {
    status: u16,
    body: Value,
}

impl Cloud {
    /// A cloud in its first state.
    pub(super) fn new(scenario: Scenario, state: State) -> Self {
        let clock = Clock::start(scenario.clock_skew_s);
        Self {
            scenario,
            clock,
            state: Mutex::new(state),
            calls: Mutex::new(Vec::new()),
            hung: AtomicUsize::new(0),
            calm: AtomicBool::new(false),
        }
    }

    /// The state as it is now.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.settle(&self.scenario, self.clock.now());
        state
    }

    /// The record so far.
    pub(super) fn calls(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers one request.
    pub(super) async fn answer(&self, request: Request) -> Answer {
        let params = merged(&request);
        let call = self.open_call(&request, params.as_ref().ok());
        tokio::time::sleep(Duration::from_millis(self.scenario.latency_ms)).await;
        let path = request.target.split('?').next().unwrap_or_default();
        if path == fault::PORTAL {
            self.close_call(call, Some(200), None);
            return Answer::Whole(fault::page(&self.date()));
        }
        let request_id = self.state().next_request_id();
        let host = params.as_ref().map(|params| self.host(params)).unwrap_or_default();
        let (said, struck) = match params.and_then(|params| self.admit(&request, path, params)) {
            Ok((action, params, struck)) => (self.carry_out(action, &params, struck.as_ref()), struck),
            Err(refusal) => (Err(refusal), None),
        };
        let said = into_said(said, &request_id, &host);
        let (status, code) = (said.status, said.body["Code"].as_str().map(str::to_string));
        let response = self.response(&said, &request_id);
        let answer = match struck {
            Some(struck) => fault::apply(&struck, response).await,
            None => Answer::Whole(response),
        };
        match &answer {
            Answer::Whole(response) => self.close_call(call, Some(response.status), code),
            Answer::Truncated(_) | Answer::Trickle(..) | Answer::Interim(_) | Answer::HangUp(_) => {
                self.close_call(call, Some(status), code);
            }
            Answer::Reset => self.close_call(call, None, None),
            // It never ends.
            Answer::Hang => drop(self.hung.fetch_add(1, Ordering::SeqCst)),
        }
        answer
    }

    /// Finds the action and the caller's right to be heard, and the fault that strikes the call.
    fn admit(
        &self,
        request: &Request,
        path: &str,
        params: Params,
    ) -> Result<(&'static Action, Params, Option<Struck<'_>>), Refusal> {
        if path != "/" {
            // facts d
            return Err(not_found("InvalidApi.NotFound", "The API is at the path /."));
        }
        if !["GET", "POST"].contains(&request.method.as_str()) {
            // facts a1: GET and POST; the code is not in the facts.
            return Err(Refusal::new(405, "UnsupportedHTTPMethod", "The API takes GET and POST."));
        }
        let action = find_action(&params)?;
        let now_ms = self.clock.now();
        let now = self.clock.wall(now_ms);
        if action.name == ASSUME_ROLE_WITH_OIDC {
            auth::verify_unsigned(&params, now)?;
        } else {
            let (key, mut state) = (self.scenario.key.kind, self.state());
            auth::verify(&mut state, key, &request.method, &params, now, now_ms)?;
        }
        self.check_flow(action, &params, now_ms)?;
        let struck = self.strike(action.name, params.get("RegionId"));
        Ok((action, params, struck))
    }

    /// facts d: too many requests of one user. The limits themselves are not in the facts.
    fn check_flow(&self, action: &Action, params: &Params, now: Ms) -> Result<(), Refusal> {
        let limit = self.scenario.quota.requests_per_second;
        let region = params.get("RegionId").unwrap_or(&self.scenario.region);
        if limit == 0 || self.state().has_room(action.product.name(), region, limit, now) {
            return Ok(());
        }
        Err(bad("Throttling.User", "Request was denied due to user flow control."))
    }

    /// The fault that strikes a call, if one does.
    pub(super) fn strike(&self, action: &str, region: Option<&String>) -> Option<Struck<'_>> {
        if self.calm.load(Ordering::SeqCst) {
            return None;
        }
        fault::strike(&self.scenario, &mut self.state(), action, region)
    }

    /// The host that the real cloud has this action on (facts e, rule).
    fn host(&self, params: &Params) -> String {
        let region = params.get("RegionId").unwrap_or(&self.scenario.region);
        let product = find_action(params).map_or("openapi", |action| action.product.name());
        format!("{product}.{region}.aliyuncs.com")
    }

    /// Does what the action does, unless the fault comes before that.
    fn carry_out(
        &self,
        action: &Action,
        params: &Params,
        struck: Option<&Struck<'_>>,
    ) -> Result<Value, Refusal> {
        if let Some(refusal) = struck.and_then(Struck::refusal) {
            return Err(refusal);
        }
        if struck.is_some_and(|struck| !struck.is_carried_out()) {
            return Ok(json!({}));
        }
        let args = Args::check(action.name, action.spec, params)?;
        check_region(action.product, &args)?;
        self.check_permission(action)?;
        let mut state = self.state();
        if action.product == Product::PrivateLink
            && !state.product_open
            && action.name != "OpenPrivateLinkService"
        {
            // facts b1 CheckProductOpen
            return Err(bad("NeedOpenProduct", "PrivateLink has not been activated for this account."));
        }
        let now = self.clock.now();
        let mut ctx =
            Ctx { args: &args, state: &mut state, scenario: &self.scenario, clock: &self.clock, now };
        (action.run)(&mut ctx)
    }

    /// facts d: a RAM denial names the action; PrivateLink's `NoPermission` is a 400, others are 403.
    fn check_permission(&self, action: &Action) -> Result<(), Refusal> {
        let (product, account) = (action.product, &self.scenario.account);
        let full = format!("{}:{}", product.name(), action.name);
        let denies = |rule: &String| {
            *rule == full || rule.strip_suffix('*').is_some_and(|beginning| full.starts_with(beginning))
        };
        if !self.scenario.denied.iter().any(denies) {
            return Ok(());
        }
        let mut refusal = match product {
            Product::PrivateLink => bad("NoPermission", "You are not authorized to perform this operation."),
            Product::Sts => {
                Refusal::new(403, "NoPermission", "You are not authorized to perform this operation.")
            }
            Product::Vpc | Product::Ecs => Refusal::new(
                403,
                "Forbidden.RAM",
                "User not authorized to operate on the specified resource.",
            ),
        };
        refusal.denied = Some(json!({
            "AuthAction": full,
            "NoPermissionType": "ImplicitDeny",
            "PolicyType": "AccountLevelIdentityBasedPolicy",
            "AuthPrincipalType": "SubUser",
            "AuthPrincipalOwnerId": account.id,
            "AuthPrincipalDisplayName": "200000000000000001",
            "EncodedDiagnosticMessage": "AQFCYW5k",
        }));
        Err(refusal)
    }

    fn response(&self, said: &Said, request_id: &str) -> Response {
        Response {
            status: said.status,
            headers: vec![
                ("Date", self.date()),
                ("Content-Type", "application/json;charset=utf-8".into()),
                ("x-acs-request-id", request_id.into()),
            ],
            body: said.body.to_string().into_bytes(),
        }
    }

    pub(super) fn date(&self) -> String {
        http_date(self.clock.wall(self.clock.now()))
    }

    fn open_call(&self, request: &Request, params: Option<&Params>) -> usize {
        let value = |name: &str| params.and_then(|params| params.get(name)).cloned().unwrap_or_default();
        let path = request.target.split('?').next().unwrap_or_default();
        let (action, version) = (value("Action"), value("Version"));
        let known = ACTIONS.iter().find(|known| known.name == action && known.product.version() == version);
        let call = Call {
            action: if path == "/" { action } else { path.into() },
            product: known.map_or("", |known| known.product.name()),
            version,
            params: params.map(without_secrets).unwrap_or_default(),
            started: self.clock.stopwatch(),
            finished: None,
            status: None,
            code: None,
        };
        let mut calls = self.calls();
        calls.push(call);
        calls.len() - 1
    }

    fn close_call(&self, index: usize, status: Option<u16>, code: Option<String>) {
        if let Some(call) = self.calls().get_mut(index) {
            call.finished = Some(self.clock.stopwatch());
            call.status = status;
            call.code = code;
        }
    }
}

/// facts d: an action nobody has is a 404.
fn find_action(params: &Params) -> Result<&'static Action, Refusal> {
    let need = |name: &str| params.get(name).filter(|value| !value.is_empty()).ok_or_else(|| missing(name));
    let (name, version) = (need("Action")?, need("Version")?);
    let mut named = ACTIONS.iter().filter(|action| action.name == name).peekable();
    if named.peek().is_none() {
        return Err(not_found(
            "InvalidAction.NotFound",
            "Specified api is not found, please check your url and method.",
        ));
    }
    let versioned = named.find(|action| action.product.version() == version);
    // facts d, Invalid{X}
    versioned.ok_or_else(|| bad("InvalidVersion", "Specified parameter Version is not valid."))
}

/// Adds the request's id, and gives an error its shape (facts d, body).
fn into_said(result: Result<Value, Refusal>, request_id: &str, host: &str) -> Said {
    match result {
        Ok(mut body) => {
            body["RequestId"] = json!(request_id);
            Said { status: 200, body }
        }
        Err(refusal) => {
            let mut body = json!({
                "RequestId": request_id,
                "HostId": host,
                "Code": refusal.code,
                "Message": refusal.message,
                "Recommend": format!("https://api.aliyun.com/troubleshoot?q={}&requestId={request_id}", refusal.code),
            });
            if let Some(detail) = refusal.denied {
                body["AccessDeniedDetail"] = detail;
            }
            Said { status: refusal.status, body }
        }
    }
}
