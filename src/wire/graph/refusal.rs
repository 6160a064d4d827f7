//! What a refusal by sign-in or Graph means, and what to do (exactly what to grant: MG17), by the service's own code.

/// What to do when sign-in refused, by the code at the start of its answer (`AADSTS7000215: ...`).
pub fn sign_in_help(answer: &str, tenant: &str, client: &str, federated: bool) -> Option<String> {
    let digits: String = answer.split("AADSTS").nth(1)?.chars().take_while(char::is_ascii_digit).collect();
    Some(match digits.as_str() {
        "7000215" => format!(
            "the client secret is wrong: store the *value* of a secret of the app registration `{client}`, not the \
             secret's id"
        ),
        "7000222" => format!(
            "the client secret has expired: make a new one for the app registration `{client}` (Certificates & secrets), \
             store its value and write its end into `expires`"
        ),
        "700016" | "7000218" => format!(
            "the tenant `{tenant}` has no application `{client}`: check `clientId` and `tenantId`; in another tenant an \
             administrator has to consent to the application first"
        ),
        "90002" | "900023" | "900021" => {
            format!("there is no tenant `{tenant}`: check `tenantId` and `cloud`")
        }
        "7000112" => format!("the application `{client}` is disabled in the tenant `{tenant}`: enable it"),
        "700027" | "7000274" | "700030" => format!(
            "the certificate is not one of the app registration `{client}`: upload its public part there (Certificates \
             & secrets)"
        ),
        "700024" | "700023" if federated => {
            "CI's identity token is not valid now: correct the clock of this machine".to_owned()
        }
        "700024" | "700023" => "the assertion is not valid now: correct the clock of this machine".to_owned(),
        "70021" | "700211" | "700212" | "700213" | "700238" => format!(
            "no federated credential of the app registration `{client}` matches CI's identity token: issuer, subject \
            and audience must be exactly those of this job (a branch, an environment and a pull request have \
            different subjects); a new one takes some minutes"
        ),
        "900382" | "900384" | "900439" | "50177" => {
            "the tenant is in another of Microsoft's clouds: say which one in `cloud`".to_owned()
        }
        "500011" => "the tenant does not know Microsoft Graph of this cloud: check `cloud`".to_owned(),
        "53003" | "530003" | "530004" | "53011" => {
            "a Conditional Access policy for workload identities refused the sign-in: allow this application from here"
                .to_owned()
        }
        _ => return None,
    })
}

/// Whether sign-in may succeed later: a new federated credential takes some minutes to be known everywhere (MG2).
pub fn may_succeed_later(answer: &str) -> bool {
    answer.contains("AADSTS70021:") || answer.contains("AADSTS700211:") || answer.contains("AADSTS700213:")
}

/// The permission to grant when Graph answered 403 to this route.
pub fn permission(route: &str) -> &'static str {
    match route {
        "/servicePrincipals/{id}" | "/servicePrincipals/{id}/appRoleAssignedTo" => "Application.Read.All",
        "/groups" | "/groups/{id}/members" => "GroupMember.Read.All",
        _ => "User.Read.All",
    }
}

/// What to do when Graph answered 403.
pub fn grant_help(route: &str, tenant: &str, client: &str) -> String {
    grant(permission(route), tenant, client)
}

/// How to grant a permission.
pub fn grant(permission: &str, tenant: &str, client: &str) -> String {
    format!(
        "grant the application permission `{permission}` of Microsoft Graph to the app registration `{client}` and give \
         admin consent in the tenant `{tenant}`; a token that was made before does not have it"
    )
}
