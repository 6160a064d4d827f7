# Lines of `rolewright plan --format tsv` in the words of the benchmark's known answer: an adoption or reactivation is an
# update, a right is the name of its group, and who gets no account is told without the reason. Columns: application, operation, user, account, name, detail, before, after, policy.
BEGIN { FS = OFS = "\t" }
NR == 1 { next }
$2 == "adopt" || $2 == "reactivate" { $2 = "update" }
$2 == "update" { if ($6 == "city") $6 = "locality"; if ($6 == "mobile") $6 = "phone" }
$2 == "grant" || $2 == "revoke" { sub(/^role=/, "Role_", $6) }
$2 == "create" { print $2, $3, "", "", "" }
$2 == "update" || $2 == "deactivate" { print $2, $4, $6, $7, $8 }
$2 == "grant" || $2 == "revoke" { print $2, ($3 == "" ? $4 : $3), $6, "", "" }
$2 == "blocked" { print $2, ($3 == "" ? $4 : $3), "", "", "" }
