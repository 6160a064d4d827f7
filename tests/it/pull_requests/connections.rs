//! Connections that a commit adds: nothing is called and no credential is sent before a pull request showed it, or a
//! person let it through.
#![expect(clippy::disallowed_types, reason = "tests listen on loopback")]
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use crate::support::company::{APPLICATION, Company, How, WORKSPACE, deletes_disabled};
use crate::support::scim::stub::{Reply, Stub};
use std::fs;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const TOKEN: &str = "canary-write-token-2b77";
const ANSWER: &str = "canary-answer-of-the-server-91c4";
const CREDENTIAL: &str = ", credential: { env: ROLEWRIGHT_CRM }";

/// A service that refuses everybody, with words of its own.
fn refusing() -> Stub {
    Stub::start(|_| Reply::Whole(401, "", format!("{{\"detail\":\"{ANSWER}\"}}")))
}

/// A service without accounts and groups.
fn empty() -> Stub {
    Stub::start(|line| {
        match line.contains("/ServiceProviderConfig") {
        true => Reply::Whole(404, "", String::new()),
        false => Reply::Whole(
            200,
            "Content-Type: application/scim+json\r\n",
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}"#
                .to_owned(),
        ),
    }
    })
}

fn scim(service: &Stub, credential: &str) -> String {
    format!("scim: {{ url: '{}/scim'{credential} }}", service.url())
}

/// Adds an application in which nobody gets an account.
fn adds_crm(company: &Company, connection: &str, directory: &str) {
    fs::create_dir_all(company.path("desk/policies/crm")).expect("a folder");
    company.write(
        "policies/crm/application.yaml",
        &format!(
            "apiVersion: rolewright/v1\nkind: Application\nname: crm\n{connection}\ndirectories: [{{ name: {directory} }}]\n\
             --- {{ apiVersion: rolewright/v1, kind: AttributeMapping, application: crm, match: [email],\n\
             \x20 attributes: {{ userName: userPrincipalName, email: mail }} }}\n\
             --- {{ apiVersion: rolewright/v1, kind: Lifecycle, application: crm, scope: {{ not: {{ always: true }} }},\n\
             \x20 deleted: keep, outOfScope: keep, disabled: keep }}\n"
        ),
    );
}

/// The name of the application's last run.
fn last_run(company: &Company) -> String {
    let state = company.remote(&["show", "refs/rolewright/default/crm:state.json"]);
    let state: serde_json::Value = serde_json::from_str(&state).expect("JSON");
    format!("r-{}", state["seq"])
}

#[test]
fn h4_a_pushed_application_gets_no_credential_and_no_call_until_a_person_lets_it_through() {
    for credential in [CREDENTIAL, ""] {
        let mut company = Company::running();
        company.set("ROLEWRIGHT_CRM", TOKEN);
        let service = refusing();
        let pushed = company.force(|company| adds_crm(company, &scim(&service, credential), "contoso"));
        for _ in 0..2 {
            let waits = company.apply().ends(4);
            let to = format!("{}`", service.url());
            assert!(waits.stderr.contains(&to) && waits.stderr.contains(&pushed), "{}", waits.stderr);
            assert!(waits.stderr.contains("rolewright apply --release RUN"), "{}", waits.stderr);
            assert_eq!(service.requests().len(), 0, "nobody called");
            assert_eq!(last_run(&company), "r-1", "the same is recorded once");
        }
        // What is pushed later is another commit, which its own run lets through.
        company.force(|company| {
            company.edit("policies/crm/application.yaml", "/scim'", "/scim/v2'");
        });
        company.apply_with(&["--release", "r-1", "--application", "crm"]).ends(4);
        assert_eq!((service.requests().len(), last_run(&company).as_str()), (0, "r-2"));
        company.apply_with(&["--release", "r-2", "--application", "crm"]).ends(7);
        let requests = service.requests();
        assert!(!requests.is_empty());
        assert_eq!(requests[0].contains(TOKEN), !credential.is_empty(), "{}", requests[0]);
    }
}

#[test]
fn h4_a_pushed_directory_gets_no_credential_and_no_call() {
    let mut company = Company::running();
    company.set("ROLEWRIGHT_AD", TOKEN);
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    listener.set_nonblocking(true).expect("it need not wait");
    let url = format!("ldap://{}", listener.local_addr().expect("an address"));
    company.force(|company| {
        adds_crm(company, "sqlite: { file: crm.db }", "elsewhere");
        let directory = format!(
            "apiVersion: rolewright/v1\nkind: Directory\nname: elsewhere\n\
             ldap: {{ url: '{url}', startTls: false, baseDn: DC=a, bindDn: CN=b, credential: {{ env: ROLEWRIGHT_AD }} }}\n"
        );
        company.write("policies/directories/elsewhere.yaml", &directory);
    });
    let waits = company.apply().ends(4);
    assert!(waits.stderr.contains(&format!("`ROLEWRIGHT_AD={url}`")), "{}", waits.stderr);
    assert!(listener.accept().is_err(), "nobody called");
}

#[test]
fn h4_an_application_that_a_pull_request_showed_is_read() {
    let mut company = Company::running();
    let service = empty();
    company.set("ROLEWRIGHT_CRM", TOKEN);
    company.set("ROLEWRIGHT_HOSTS", &format!("ROLEWRIGHT_CRM={}", service.url()));
    let number = company.propose("crm", |company| adds_crm(company, &scim(&service, CREDENTIAL), "contoso"));
    company.plan(number).ends(0);
    let before = service.requests().len();
    assert!(before > 0 && service.requests()[0].contains(TOKEN));
    company.merge(number, How::Merge);
    company.apply().ends(0);
    assert!(service.requests().len() > before);
}

#[test]
fn h13_what_a_server_answers_is_in_the_jobs_log_and_nowhere_else() {
    let mut company = Company::running();
    let service = refusing();
    let summary = company.path("summary.md");
    company.set("ROLEWRIGHT_CRM", TOKEN);
    company.set("ROLEWRIGHT_HOSTS", &format!("ROLEWRIGHT_CRM={}", service.url()));
    company.set("ROLEWRIGHT_SUMMARY", summary.to_str().expect("a path"));
    let number = company.propose("crm", |company| adds_crm(company, &scim(&service, CREDENTIAL), "contoso"));
    let planned = company.plan(number).ends(7);
    assert!(planned.stderr.contains(ANSWER), "the job's log says why: {}", planned.stderr);
    company.unset("ROLEWRIGHT_SUMMARY");
    company.unset("ROLEWRIGHT_HOSTS");
    company.merge(number, How::Merge);
    let job = company.clone("origin/main", &[]);
    let drifted = company.run(&job, &["plan", "--drift-issue"]).ends(7);
    let state = company.forge.state();
    let comment = state.ours(number)[0].body.clone();
    assert!(comment.contains("only the job's log shows the server's answer"), "{comment}");
    assert_eq!(state.issues.len(), 1);
    for said in [
        planned.stdout,
        comment,
        format!("{:?}", state.checks),
        format!("{:?}", state.issues),
        fs::read_to_string(summary).expect("a summary"),
        drifted.stdout,
    ] {
        assert!(!said.contains(ANSWER) && !said.contains(TOKEN), "{said}");
    }
}

/// A mail server that closes every connection, and how many came.
fn mail_server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    let address = listener.local_addr().expect("a bound socket has an address").to_string();
    let came = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&came);
    std::thread::spawn(move || {
        for _ in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (address, came)
}

fn mails_by(company: &Company, server: &str) {
    let text = company.read(WORKSPACE);
    let others: Vec<&str> = text.lines().filter(|line| !line.starts_with("mail:")).collect();
    let mail = format!(
        "mail: {{ server: '{server}', from: rolewright@contoso.example, credential: {{ env: ROLEWRIGHT_MAIL }}, security: none }}"
    );
    company.write(WORKSPACE, &format!("{}\n{mail}\n", others.join("\n")));
    let text = company.read(APPLICATION);
    let others: Vec<&str> = text.lines().filter(|line| !line.starts_with("notify:")).collect();
    let notify = "notify: [{ send: always, to: [telephony@contoso.example] }]";
    company.write(APPLICATION, &format!("{}\n{notify}\n", others.join("\n")));
}

#[test]
fn h4_mail_goes_only_to_a_server_that_is_settled_or_was_shown() {
    let mut company = Company::running();
    company.set("ROLEWRIGHT_MAIL", TOKEN);
    let (shown, of_shown) = mail_server();
    company.bring("mail", |company| {
        mails_by(company, &shown);
        deletes_disabled(company);
    });
    company.apply().ends(0);
    assert_eq!(of_shown.load(Ordering::SeqCst), 1, "a pull request showed it");
    company.apply().ends(0);
    assert_eq!(of_shown.load(Ordering::SeqCst), 2, "it is settled");
    let (pushed, of_pushed) = mail_server();
    company.force(|company| {
        mails_by(company, &pushed);
        company.edit("policies/dstny/lifecycle.yaml", "disabled: delete", "disabled: provision");
    });
    let waits = company.apply();
    assert!(
        waits.stderr.contains(&format!("do not send mail to `ROLEWRIGHT_MAIL=smtp://{pushed}`")),
        "{}",
        waits.stderr
    );
    // Nor while nothing is known: the forge is down.
    company.forge.state().down = true;
    let failed = company.apply().ends(1);
    assert!(failed.stderr.contains("no mail is sent"), "{}", failed.stderr);
    company.forge.state().down = false;
    company.force(|company| mails_by(company, &shown));
    company.apply();
    let counts = (of_pushed.load(Ordering::SeqCst), of_shown.load(Ordering::SeqCst));
    assert_eq!(counts, (0, 3), "the settled server is told, whatever was pushed beside it");
}
