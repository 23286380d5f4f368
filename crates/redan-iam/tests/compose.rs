//! Policies of several kinds together, against the vendor's description of their order.

use redan_iam::{Answer, Binding, Policy, Principal, Shape};

const ROLE: &str = "arn:aws:iam::111122223333:role/app";
const USER: &str = "arn:aws:iam::111122223333:user/ann";

fn policy(effect: &str, principal: &str, action: &str) -> Policy {
    let principal =
        if principal.is_empty() { String::new() } else { format!(r#""Principal": {{"AWS": "{principal}"}},"#) };
    Policy::from_json(&format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "{effect}", {principal} "Action": "{action}", "Resource": "*"}}]}}"#
    ))
}

fn shape(action: &str) -> Shape {
    Shape { actions: vec![action.to_owned()], resources: vec!["arn:aws:s3:::b/x".into()], ..Shape::default() }
}

fn session() -> Principal {
    Principal::Session(ROLE.to_owned(), "session".to_owned())
}

fn allowed(binding: &Binding<'_>, principal: &Principal) -> bool {
    let some = binding.allows(principal, &shape("s3:GetObject"));
    let refuses = binding.refuses_some(principal, &shape("s3:GetObject"));
    assert_eq!(some == Answer::No, refuses.is_yes(), "one request is allowed or refused: {some:?} {refuses:?}");
    some.is_yes()
}

#[test]
fn identity_boundary_session_and_control_policies_all_must_allow() {
    let (get, put, all) = (policy("Allow", "", "s3:Get*"), policy("Allow", "", "s3:Put*"), policy("Allow", "", "*"));
    let full = Binding {
        identity: vec![&get],
        boundary: Some(&all),
        session: vec![&all],
        service_control: vec![vec![&all], vec![&put, &get]],
        resource_control: vec![vec![&all]],
        ..Binding::default()
    };
    assert!(allowed(&full, &session()));
    assert!(!allowed(&Binding { identity: Vec::new(), ..full.clone() }, &session()));
    assert!(!allowed(&Binding { boundary: Some(&put), ..full.clone() }, &session()));
    assert!(!allowed(&Binding { session: vec![&put], ..full.clone() }, &session()));
    assert!(!allowed(&Binding { service_control: vec![vec![&all], vec![&put]], ..full.clone() }, &session()));
    assert!(!allowed(&Binding { resource_control: vec![vec![&put]], ..full.clone() }, &session()));
    let deny = policy("Deny", "", "s3:GetObject");
    for denied in [
        Binding { identity: vec![&get, &deny], ..full.clone() },
        Binding { service_control: vec![vec![&all, &deny]], ..full.clone() },
        Binding { resource_control: vec![vec![&all, &deny]], ..full.clone() },
    ] {
        assert!(!allowed(&denied, &session()));
        assert_eq!(denied.spares_some(&session(), &shape("s3:GetObject")), Answer::No);
    }
    assert!(full.spares_some(&session(), &shape("s3:GetObject")).is_yes());
}

#[test]
fn a_resource_policy_within_the_account_opens_a_path_of_its_own() {
    let put = policy("Allow", "", "s3:Put*");
    let of = |resource: &Policy, boundary: Option<&Policy>, principal: &Principal| {
        allowed(&Binding { resource: Some(resource), boundary, ..Binding::default() }, principal)
    };
    let (role, user) = (policy("Allow", ROLE, "s3:*"), policy("Allow", USER, "s3:*"));
    let root = policy("Allow", "111122223333", "s3:*");
    let exact = policy("Allow", "arn:aws:sts::111122223333:assumed-role/app/session", "s3:*");
    // The role by name: its boundary limits. The session or a user by name: it does not.
    assert!(of(&role, None, &session()));
    assert!(!of(&role, Some(&put), &session()));
    assert!(of(&exact, Some(&put), &session()));
    assert!(of(&user, Some(&put), &Principal::User(USER.to_owned())));
    // The account only delegates.
    assert!(!of(&root, None, &session()));
}

#[test]
fn across_accounts_both_sides_must_allow() {
    let (get, role) = (policy("Allow", "", "s3:Get*"), policy("Allow", ROLE, "s3:*"));
    let root = policy("Allow", "111122223333", "s3:*");
    for resource in [&role, &root] {
        let both =
            Binding { identity: vec![&get], resource: Some(resource), cross_account: true, ..Binding::default() };
        assert!(allowed(&both, &session()));
        assert!(!allowed(&Binding { identity: Vec::new(), ..both.clone() }, &session()));
        assert!(!allowed(&Binding { resource: None, ..both }, &session()));
    }
}

#[test]
fn a_key_policy_decides_for_its_key() {
    let decrypt = policy("Allow", "", "kms:*");
    let root = policy("Allow", "111122223333", "kms:*");
    let other = policy("Allow", "arn:aws:iam::111122223333:role/other", "kms:*");
    let key = Shape {
        actions: vec!["kms:Decrypt".to_owned()],
        resources: vec!["arn:aws:kms:eu-west-1:111122223333:key/k".into()],
        ..Shape::default()
    };
    let of = |resource| Binding {
        identity: vec![&decrypt],
        resource: Some(resource),
        resource_decides: true,
        ..Binding::default()
    };
    assert!(of(&root).allows(&session(), &key).is_yes());
    assert_eq!(of(&other).allows(&session(), &key), Answer::No);
}
