#compdef boltseal

autoload -U is-at-least

_boltseal() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_boltseal_commands" \
"*::: :->boltseal" \
&& ret=0
    case $state in
    (boltseal)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:boltseal-command-$line[1]:"
        case $line[1] in
            (scan)
_arguments "${_arguments_options[@]}" : \
'--config=[Take what no flag and no variable says from this file; without it, from boltseal.toml in this folder, unless that lies in what is looked at]:FILE:_files' \
'--platform=[Which image to take where there are several]:OS/ARCH:_default' \
'*--mirror=[Ask another host first for the images of a registry; may be given several times]:REGISTRY=HOST:_default' \
'*--plain-http=[Reach a registry without TLS; those on this machine are tried without when TLS fails]:HOST:_default' \
'--registry-user=[Name for registries, instead of what \`docker login\` stored; its password is in BOLTSEAL_REGISTRY_PASSWORD]:NAME:_default' \
'--db=[The advisory database to use; without it, the one that \`db update\` or \`db build\` wrote, otherwise the embedded snapshot]:PATH:_files' \
'*--cache=[Where to keep what was read from layers; without it, the user'\''s folder for caches. A bucket of an S3-compatible store, as s3\://BUCKET/PREFIX, is asked after the folder, and both may be given]:FOLDER|BUCKET:_files' \
'--cache-mb=[How large the folder may grow, in MiB]:MIB:_default' \
'--format=[How to write the report]:FORMAT:((cyclonedx\:"CycloneDX 1.6 as JSON\: components and their vulnerabilities"
gitlab\:"GitLab container scanning report, schema 15, for merge requests and the vulnerability list"
html\:"one page with charts, for people\: it loads nothing, and prints well"
json\:"every fact, for programs; its schema is docs/reference/report.v1.schema.json"
junit\:"JUnit XML, for build services\: a failed test for each finding"
markdown\:"Markdown, for a comment on a pull request"
openvex\:"OpenVEX 0.2.0\: what is said of each vulnerability, with --show-suppressed also why others are of no concern"
sarif\:"SARIF 2.1.0, for code scanning services and editors"
spdx\:"SPDX 2.3 as JSON\: packages, their licences and relations, and findings as remarks"
table\:"for people\: findings by origin, with the command that mends them"))' \
'-o+[Write the report to a file instead of standard output]:FILE:_files' \
'--output=[Write the report to a file instead of standard output]:FILE:_files' \
'--fail-on=[Exit with 1 when a finding is this severe or worse\: critical, high, medium, low or unknown]:SEVERITY:_default' \
'*--only=[Look for these kinds of findings only\: vulnerability, end-of-life, licence, malware, secret, misconfiguration; several with commas]:KIND:_default' \
'*--rules=[Search with further rules\: a file or folder of YARA rules (.yar), rules for secrets (.toml), lists of digests (.sha256, .hashes) and signatures of ClamAV (.ndb, .ldb, .hdb, .hsb); may be given several times]:PATH:_files' \
'*--policy=[Hold declarations to further policies\: a file of policies in YAML, or a folder of them; may be given several times]:PATH:_files' \
'--policy-set=[Hold declarations to the rules of this set alone, and exit with 1 when one that it denies is broken\: baseline, strict, audit, or one of your policies]:SET:_default' \
'--clamd=[Have a clamd judge every file too\: unix\:PATH of its socket, or tcp\:HOST\:PORT]:ADDRESS:_default' \
'--sort=[The order of findings\: by severity, or by the risk that severity, exploitation and its likelihood make]:ORDER:(risk severity)' \
'--min-severity=[Leave out what is less severe\: critical, high, medium, low or unknown]:SEVERITY:_default' \
'*--ignore-file=[Leave out what a file of exemptions names; without it, what boltseal-ignore.toml in this folder names]:FILE:_files' \
'*--vex=[Leave out what a VEX document (OpenVEX, CSAF, CycloneDX) says is of no concern; may be given several times]:FILE:_files' \
'*--forbid-licence=[Report packages whose licence is of a family or has an SPDX identifier; may be given several times]:FAMILY|ID:_default' \
'--today=[The day on which ends of life and exemptions are judged, as 2027-01-31; without it, that of the newest advisory for ends of life, and the day of the scan for exemptions]:DAY:_default' \
'(--format -o --output)--explain=[Say for every package why this vulnerability does or does not affect it, instead of a report]:ID:_default' \
'--offline[Refuse targets that need the network]' \
'(--cache --cache-mb)--no-cache[Read every layer anew, and keep nothing of it]' \
'--fix[Say of each finding on a declaration what edit mends it, where that is mechanical, or why only words do. No file is written]' \
'(--format --explain)--diff[With --fix, write what mends the findings as a difference in unified format, for \`patch -p1\` and \`git apply\`, instead of a report]' \
'--verify-secrets[Ask whoever issued a secret whether it still opens something\: each secret that is found is sent there, over TLS, for the providers that docs/secrets.md names, and nowhere else]' \
'--exclude-base[Leave out what the base image brought]' \
'--ignore-unfixed[Leave out vulnerabilities for which no fixed version is known]' \
'--show-suppressed[List what was left out, with the reasons]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::targets -- What to look at:_default' \
&& ret=0
;;
(sbom)
_arguments "${_arguments_options[@]}" : \
'--config=[Take what no flag and no variable says from this file; without it, from boltseal.toml in this folder, unless that lies in what is looked at]:FILE:_files' \
'--platform=[Which image to take where there are several]:OS/ARCH:_default' \
'*--mirror=[Ask another host first for the images of a registry; may be given several times]:REGISTRY=HOST:_default' \
'*--plain-http=[Reach a registry without TLS; those on this machine are tried without when TLS fails]:HOST:_default' \
'--registry-user=[Name for registries, instead of what \`docker login\` stored; its password is in BOLTSEAL_REGISTRY_PASSWORD]:NAME:_default' \
'--db=[The advisory database to use; without it, the one that \`db update\` or \`db build\` wrote, otherwise the embedded snapshot]:PATH:_files' \
'*--cache=[Where to keep what was read from layers; without it, the user'\''s folder for caches. A bucket of an S3-compatible store, as s3\://BUCKET/PREFIX, is asked after the folder, and both may be given]:FOLDER|BUCKET:_files' \
'--cache-mb=[How large the folder may grow, in MiB]:MIB:_default' \
'--format=[How to write it]:FORMAT:((cyclonedx\:"CycloneDX 1.6 as JSON\: components and their vulnerabilities"
spdx\:"SPDX 2.3 as JSON\: packages, their licences and relations, and findings as remarks"))' \
'-o+[Write it to a file instead of standard output]:FILE:_files' \
'--output=[Write it to a file instead of standard output]:FILE:_files' \
'--offline[Refuse targets that need the network]' \
'(--cache --cache-mb)--no-cache[Read every layer anew, and keep nothing of it]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::targets -- What to look at:_default' \
&& ret=0
;;
(audit)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
":: :_boltseal__subcmd__audit_commands" \
"*::: :->audit" \
&& ret=0

    case $state in
    (audit)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:boltseal-audit-command-$line[1]:"
        case $line[1] in
            (docker)
_arguments "${_arguments_options[@]}" : \
'--root=[Where the files of the host are\: its root, mounted into the container that this runs in]:DIR:_files' \
'(--root)--facts=[Judge facts that were collected before, perhaps on another host, instead of this host; \`-\` is standard input]:FILE:_files' \
'*--objects=[Judge objects of Kubernetes too, as \`kubectl get --output yaml\` writes them; may be given several times]:FILE:_files' \
'--level=[Judge the checks up to this level\: 1 for what every host should have, 2 for what costs something as well]:LEVEL:_default' \
'--format=[How to write what is found]:FORMAT:((table\:"For people at a terminal"
json\:"For programs"
facts\:"No report, but the facts themselves, for \`--facts\` on another machine"))' \
'-o+[Write it to a file instead of standard output]:FILE:_files' \
'--output=[Write it to a file instead of standard output]:FILE:_files' \
'--fail-on=[Exit with 1 only when a check fails that is this severe or worse\: critical, high, medium or low]:SEVERITY:_default' \
'*--policy=[Take exemptions from a file of policies in YAML, or a folder of them; may be given several times]:PATH:_files' \
'(--format)--fix[Write the commands that mend what fails, instead of a report. None of them is run]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(host)
_arguments "${_arguments_options[@]}" : \
'--root=[Where the files of the host are\: its root, mounted into the container that this runs in]:DIR:_files' \
'(--root)--facts=[Judge facts that were collected before, perhaps on another host, instead of this host; \`-\` is standard input]:FILE:_files' \
'*--objects=[Judge objects of Kubernetes too, as \`kubectl get --output yaml\` writes them; may be given several times]:FILE:_files' \
'--level=[Judge the checks up to this level\: 1 for what every host should have, 2 for what costs something as well]:LEVEL:_default' \
'--format=[How to write what is found]:FORMAT:((table\:"For people at a terminal"
json\:"For programs"
facts\:"No report, but the facts themselves, for \`--facts\` on another machine"))' \
'-o+[Write it to a file instead of standard output]:FILE:_files' \
'--output=[Write it to a file instead of standard output]:FILE:_files' \
'--fail-on=[Exit with 1 only when a check fails that is this severe or worse\: critical, high, medium or low]:SEVERITY:_default' \
'*--policy=[Take exemptions from a file of policies in YAML, or a folder of them; may be given several times]:PATH:_files' \
'(--format)--fix[Write the commands that mend what fails, instead of a report. None of them is run]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(kubernetes)
_arguments "${_arguments_options[@]}" : \
'--root=[Where the files of the host are\: its root, mounted into the container that this runs in]:DIR:_files' \
'(--root)--facts=[Judge facts that were collected before, perhaps on another host, instead of this host; \`-\` is standard input]:FILE:_files' \
'*--objects=[Judge objects of Kubernetes too, as \`kubectl get --output yaml\` writes them; may be given several times]:FILE:_files' \
'--level=[Judge the checks up to this level\: 1 for what every host should have, 2 for what costs something as well]:LEVEL:_default' \
'--format=[How to write what is found]:FORMAT:((table\:"For people at a terminal"
json\:"For programs"
facts\:"No report, but the facts themselves, for \`--facts\` on another machine"))' \
'-o+[Write it to a file instead of standard output]:FILE:_files' \
'--output=[Write it to a file instead of standard output]:FILE:_files' \
'--fail-on=[Exit with 1 only when a check fails that is this severe or worse\: critical, high, medium or low]:SEVERITY:_default' \
'*--policy=[Take exemptions from a file of policies in YAML, or a folder of them; may be given several times]:PATH:_files' \
'(--format)--fix[Write the commands that mend what fails, instead of a report. None of them is run]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
        esac
    ;;
esac
;;
(seal)
_arguments "${_arguments_options[@]}" : \
'--config=[Take what no flag and no variable says from this file; without it, from boltseal.toml in this folder, unless that lies in what is looked at]:FILE:_files' \
'--platform=[Which image to take where there are several]:OS/ARCH:_default' \
'*--mirror=[Ask another host first for the images of a registry; may be given several times]:REGISTRY=HOST:_default' \
'*--plain-http=[Reach a registry without TLS; those on this machine are tried without when TLS fails]:HOST:_default' \
'--registry-user=[Name for registries, instead of what \`docker login\` stored; its password is in BOLTSEAL_REGISTRY_PASSWORD]:NAME:_default' \
'--db=[The advisory database to use; without it, the one that \`db update\` or \`db build\` wrote, otherwise the embedded snapshot]:PATH:_files' \
'*--cache=[Where to keep what was read from layers; without it, the user'\''s folder for caches. A bucket of an S3-compatible store, as s3\://BUCKET/PREFIX, is asked after the folder, and both may be given]:FOLDER|BUCKET:_files' \
'--cache-mb=[How large the folder may grow, in MiB]:MIB:_default' \
'--key=[The key to sign with\: a file; env\:VARIABLE for one whose text is in the environment; or one in a token, as pkcs11\:token=LABEL;object=LABEL?module-path=FILE. Its password or PIN is in BOLTSEAL_KEY_PASSWORD, or asked for]:KEY:_default' \
'*--policy=[Hold what is declared to further policies\: a file of policies in YAML, or a folder of them; may be given several times]:PATH:_files' \
'--policy-set=[Hold what is declared to the rules of this set alone\: baseline, strict, audit, or one of your policies. Without it, those of your policies that deny do]:SET:_default' \
'--fail-on=[Deny an image with a finding this severe or worse\: critical, high, medium, low or unknown]:SEVERITY:_default' \
'*--provenance=[Take how the image was built from provenance\: a file with an envelope or a bundle; may be given several times]:FILE:_files' \
'--trust=[Whom to believe in provenance\: a document of trust, or public keys]:FILE:_files' \
'*--builder=[The level of SLSA'\''s build track that a builder reaches; without it, its provenance proves level 1. May be given several times]:URI=LEVEL:_default' \
'-o+[Write the statements as files to this folder; without it and --attach, one on each line to standard output]:FOLDER:_files' \
'--output=[Write the statements as files to this folder; without it and --attach, one on each line to standard output]:FOLDER:_files' \
'--declared=[What is declared of the intent, beside what is derived]:FILE:_files' \
'--at=[The time that the statements bear, as 2027-01-31T12\:00\:00Z; without it, that of the clock. The same image, database, policy and time give the same statements]:TIME:_default' \
'--offline[Refuse targets that need the network]' \
'(--cache --cache-mb)--no-cache[Read every layer anew, and keep nothing of it]' \
'--accept-incomplete[Let an image pass of which something could not be read]' \
'--attach[Put the statements beside the image\: as referrers in its registry, or into its OCI layout]' \
'-h[Print help]' \
'--help[Print help]' \
':targets -- What to look at:_default' \
":: :_boltseal__subcmd__seal_commands" \
"*::: :->seal" \
&& ret=0

    case $state in
    (seal)
        words=($line[2] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:boltseal-seal-command-$line[2]:"
        case $line[2] in
            (intent)
_arguments "${_arguments_options[@]}" : \
'--config=[Take what no flag and no variable says from this file; without it, from boltseal.toml in this folder, unless that lies in what is looked at]:FILE:_files' \
'--platform=[Which image to take where there are several]:OS/ARCH:_default' \
'*--mirror=[Ask another host first for the images of a registry; may be given several times]:REGISTRY=HOST:_default' \
'*--plain-http=[Reach a registry without TLS; those on this machine are tried without when TLS fails]:HOST:_default' \
'--registry-user=[Name for registries, instead of what \`docker login\` stored; its password is in BOLTSEAL_REGISTRY_PASSWORD]:NAME:_default' \
'--db=[The advisory database to use; without it, the one that \`db update\` or \`db build\` wrote, otherwise the embedded snapshot]:PATH:_files' \
'*--cache=[Where to keep what was read from layers; without it, the user'\''s folder for caches. A bucket of an S3-compatible store, as s3\://BUCKET/PREFIX, is asked after the folder, and both may be given]:FOLDER|BUCKET:_files' \
'--cache-mb=[How large the folder may grow, in MiB]:MIB:_default' \
'--declared=[What is declared of it, beside what is derived]:FILE:_files' \
'-o+[Write it to a file instead of standard output]:FILE:_files' \
'--output=[Write it to a file instead of standard output]:FILE:_files' \
'--offline[Refuse targets that need the network]' \
'(--cache --cache-mb)--no-cache[Read every layer anew, and keep nothing of it]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::targets -- What to look at:_default' \
&& ret=0
;;
(diff)
_arguments "${_arguments_options[@]}" : \
'--config=[Take what no flag and no variable says from this file; without it, from boltseal.toml in this folder, unless that lies in what is looked at]:FILE:_files' \
'--platform=[Which image to take where there are several]:OS/ARCH:_default' \
'*--mirror=[Ask another host first for the images of a registry; may be given several times]:REGISTRY=HOST:_default' \
'*--plain-http=[Reach a registry without TLS; those on this machine are tried without when TLS fails]:HOST:_default' \
'--registry-user=[Name for registries, instead of what \`docker login\` stored; its password is in BOLTSEAL_REGISTRY_PASSWORD]:NAME:_default' \
'--db=[The advisory database to use; without it, the one that \`db update\` or \`db build\` wrote, otherwise the embedded snapshot]:PATH:_files' \
'*--cache=[Where to keep what was read from layers; without it, the user'\''s folder for caches. A bucket of an S3-compatible store, as s3\://BUCKET/PREFIX, is asked after the folder, and both may be given]:FOLDER|BUCKET:_files' \
'--cache-mb=[How large the folder may grow, in MiB]:MIB:_default' \
'--format=[How to write the differences]:FORMAT:((text\:"A line of words for each"
json\:"A list in JSON"))' \
'--offline[Refuse targets that need the network]' \
'(--cache --cache-mb)--no-cache[Read every layer anew, and keep nothing of it]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::targets -- What to look at:_default' \
&& ret=0
;;
(key)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
":: :_boltseal__subcmd__seal__subcmd__key_commands" \
"*::: :->key" \
&& ret=0

    case $state in
    (key)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:boltseal-seal-key-command-$line[1]:"
        case $line[1] in
            (new)
_arguments "${_arguments_options[@]}" : \
'-o+[Where to write it]:FILE:_files' \
'--output=[Where to write it]:FILE:_files' \
'--algorithm=[What the key signs by]:ALGORITHM:((ed25519\:"Ed25519"
ecdsa-p256\:"ECDSA on the curve P-256 over SHA-256"))' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
':key -- A private or public key, a document of trust, or a key in a token as --key takes it:_default' \
&& ret=0
;;
(revoke)
_arguments "${_arguments_options[@]}" : \
'--trust=[The document of trust that the revocation is added to]:FILE:_files' \
'--reason=[Why, for people]:TEXT:_default' \
'--at=[From when on the key is not believed, as 2027-01-31T12\:00\:00Z; without it, from now on]:TIME:_default' \
'-h[Print help]' \
'--help[Print help]' \
':key -- The key\: a file with its public key, or its id, sha256\:…:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(verify)
_arguments "${_arguments_options[@]}" : \
'--config=[Take what no flag and no variable says from this file; without it, from boltseal.toml in this folder, unless that lies in what is looked at]:FILE:_files' \
'--platform=[Which image to take where there are several]:OS/ARCH:_default' \
'*--mirror=[Ask another host first for the images of a registry; may be given several times]:REGISTRY=HOST:_default' \
'*--plain-http=[Reach a registry without TLS; those on this machine are tried without when TLS fails]:HOST:_default' \
'--registry-user=[Name for registries, instead of what \`docker login\` stored; its password is in BOLTSEAL_REGISTRY_PASSWORD]:NAME:_default' \
'--trust=[Whom to believe\: a document of trust, or public keys]:FILE:_files' \
'*--seals=[Read the seals from this folder, or from this file, and not from beside the image; may be given several times]:PATH:_files' \
'*--policy=[Hold what is declared to further policies\: a file of policies in YAML, or a folder of them; may be given several times]:PATH:_files' \
'--policy-set=[Hold what is declared to the rules of this set alone\: baseline, strict, audit, or one of your policies. Without it, those of your policies that deny do]:SET:_default' \
'--fail-on=[Deny an image with a finding this severe or worse\: critical, high, medium, low or unknown]:SEVERITY:_default' \
'--max-age=[The oldest that the verdict may be\: 12h, 7d]:AGE:_default' \
'--max-advisory-age=[The oldest that the advisories may be which the image was held to\: 30d]:AGE:_default' \
'*--level=[A level that the image must reach, as SLSA_BUILD_LEVEL_2 or BOLTSEAL_SCANNED; may be given several times]:LEVEL:_default' \
'*--builder=[Who may have built it, by URI; may be given several times]:URI:_default' \
'*--source=[The repository that it may have been built from; may be given several times]:URI:_default' \
'*--branch=[The branch that it may have been built from; may be given several times]:NAME:_default' \
'--at=[The time of asking, as 2027-01-31T12\:00\:00Z; without it, that of the clock]:TIME:_default' \
'--format=[How to write the answer]:FORMAT:((text\:"Lines of words"
json\:"One object in JSON"))' \
'--offline[Refuse targets that need the network]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':target -- The image:_default' \
&& ret=0
;;
(db)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
":: :_boltseal__subcmd__db_commands" \
"*::: :->db" \
&& ret=0

    case $state in
    (db)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:boltseal-db-command-$line[1]:"
        case $line[1] in
            (build)
_arguments "${_arguments_options[@]}" : \
'*--from=[Files and folders with advisories]:PATH:_files' \
'--db=[Where to write it; without it, where \`scan\` looks for it]:PATH:_files' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(update)
_arguments "${_arguments_options[@]}" : \
'*--feed=[Ask for this feed only; may be given several times. Without it, for those marked in the list, and those that were downloaded before]:ID:_default' \
'*--feeds=[Take the descriptions of further feeds from a TOML file or a folder of them; may be given several times]:PATH:_files' \
'--db=[Where to write the database; without it, where \`scan\` looks for it]:PATH:_files' \
'--keep=[Where to keep downloads; without it, the user'\''s folder for caches]:FOLDER:_files' \
'--list[List the feeds, and download nothing]' \
'--accept-shrinking[Take feeds that have less than half of the advisories that they had]' \
'--offline[Refused\: an update needs the network]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
'--db=[The database; without it, the one that \`scan\` would use]:PATH:_files' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
        esac
    ;;
esac
;;
(policy)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
":: :_boltseal__subcmd__policy_commands" \
"*::: :->policy" \
&& ret=0

    case $state in
    (policy)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:boltseal-policy-command-$line[1]:"
        case $line[1] in
            (pss)
_arguments "${_arguments_options[@]}" : \
'--level=[How much is demanded]:LEVEL:(privileged baseline restricted)' \
'--version=[The version of Kubernetes whose standards count, as v1.30]:VERSION:_default' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::files -- Files of manifests, in YAML or JSON; `-` is standard input:_files' \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::files -- Files of policies, sets and exemptions, and folders of them; those that are named together are read as one:_files' \
&& ret=0
;;
(test)
_arguments "${_arguments_options[@]}" : \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::folders -- Folders\: each with a policy.yaml and its cases, or with such folders in it:_files' \
&& ret=0
;;
(explain)
_arguments "${_arguments_options[@]}" : \
'--policy=[A file of policies, or a folder of them]:FILE:_files' \
'--id=[Explain this policy alone]:ID:_default' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':file -- What declares the subjects; `-` is standard input:_files' \
&& ret=0
;;
(network)
_arguments "${_arguments_options[@]}" : \
'--flows=[Say what becomes of these flows under the policies of the manifests\: lines of JSON, as {"from"\: "shop/web", "to"\: "10.0.0.7", "port"\: 443, "protocol"\: "TCP"}; the ends are pods with their namespaces, or addresses]:FLOWS-FILE:_files' \
'--proposed[Let the policies that would be proposed count as well]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::files -- Files of manifests, in YAML or JSON, which are read as one; `-` is standard input:_files' \
&& ret=0
;;
        esac
    ;;
esac
;;
(rules)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
":: :_boltseal__subcmd__rules_commands" \
"*::: :->rules" \
&& ret=0

    case $state in
    (rules)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:boltseal-rules-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'--only=[Of the parts of the program, the rules for malware and secrets, or those for what is declared; without it, of all]:WHICH:((parts\:"Analyzers, importers, version orders and report formats"
content\:"Rules for malware and secrets"
checks\:"Rules for what is declared"))' \
'--format=[How to write the list]:FORMAT:((table\:"For people at a terminal"
json\:"For programs"
markdown\:"The reference pages"))' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'*::paths -- Files and folders\: YARA rules, rules for secrets, lists of digests, signatures of ClamAV:_files' \
&& ret=0
;;
(pack)
_arguments "${_arguments_options[@]}" : \
'-o+[Where to write it; its name ends with .hashes]:FILE.hashes:_files' \
'--output=[Where to write it; its name ends with .hashes]:FILE.hashes:_files' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::lists -- Lists:_files' \
&& ret=0
;;
(test)
_arguments "${_arguments_options[@]}" : \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::paths -- Files and folders:_files' \
&& ret=0
;;
        esac
    ;;
esac
;;
(completions)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
':shell -- The shell:(bash elvish fish powershell zsh)' \
&& ret=0
;;
(man)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(schema)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'::document -- Of the report of one target, of the document of several, or of an audit:(report reports audit)' \
&& ret=0
;;
        esac
    ;;
esac
}

(( $+functions[_boltseal_commands] )) ||
_boltseal_commands() {
    local commands; commands=(
'scan:Find vulnerabilities, malware and secrets in images, containers, folders and repositories' \
'sbom:Write the bill of materials of an image, a container, a folder or a repository' \
'audit:Hold this host, its engine or its node to a benchmark' \
'seal:Scan an image, hold it to a policy, and sign what came of it; look after keys and intents' \
'verify:Say from its seals alone whether an image may be believed' \
'db:Look after the advisory database' \
'policy:Hold what is declared to be run to a policy' \
'rules:Say what is seen and what is not' \
'completions:Write a completion script for a shell to standard output' \
'man:Write the manual page to standard output' \
'schema:Write the JSON schema of the report to standard output' \
    )
    _describe -t commands 'boltseal commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__audit_commands] )) ||
_boltseal__subcmd__audit_commands() {
    local commands; commands=(
'docker:Hold Docker, its containers and its images to the CIS Docker Benchmark' \
'host:Hold the host to what a hardened container host has' \
'kubernetes:Hold the node, and objects of its cluster, to the CIS Kubernetes Benchmark' \
    )
    _describe -t commands 'boltseal audit commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__audit__subcmd__docker_commands] )) ||
_boltseal__subcmd__audit__subcmd__docker_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal audit docker commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__audit__subcmd__host_commands] )) ||
_boltseal__subcmd__audit__subcmd__host_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal audit host commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__audit__subcmd__kubernetes_commands] )) ||
_boltseal__subcmd__audit__subcmd__kubernetes_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal audit kubernetes commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__completions_commands] )) ||
_boltseal__subcmd__completions_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal completions commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__db_commands] )) ||
_boltseal__subcmd__db_commands() {
    local commands; commands=(
'build:Make a database from advisory sources' \
'update:Bring the database up to date from the publishers'\'' feeds' \
'status:Say which advisories the database holds, and check that it is whole' \
    )
    _describe -t commands 'boltseal db commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__db__subcmd__build_commands] )) ||
_boltseal__subcmd__db__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal db build commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__db__subcmd__status_commands] )) ||
_boltseal__subcmd__db__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal db status commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__db__subcmd__update_commands] )) ||
_boltseal__subcmd__db__subcmd__update_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal db update commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__man_commands] )) ||
_boltseal__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal man commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__policy_commands] )) ||
_boltseal__subcmd__policy_commands() {
    local commands; commands=(
'pss:Hold manifests of Kubernetes to its Pod Security Standards' \
'check:Read policies of your own, and say what is wrong with them' \
'test:Run the cases of policies' \
'explain:Say why a policy comes to its verdict on what a file declares' \
'network:Propose network policies for manifests of Kubernetes, or say what policies do to flows' \
    )
    _describe -t commands 'boltseal policy commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__policy__subcmd__check_commands] )) ||
_boltseal__subcmd__policy__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal policy check commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__policy__subcmd__explain_commands] )) ||
_boltseal__subcmd__policy__subcmd__explain_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal policy explain commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__policy__subcmd__network_commands] )) ||
_boltseal__subcmd__policy__subcmd__network_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal policy network commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__policy__subcmd__pss_commands] )) ||
_boltseal__subcmd__policy__subcmd__pss_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal policy pss commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__policy__subcmd__test_commands] )) ||
_boltseal__subcmd__policy__subcmd__test_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal policy test commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__rules_commands] )) ||
_boltseal__subcmd__rules_commands() {
    local commands; commands=(
'list:List every analyzer, importer, version order and report format, with what it sees and what it misses, and every rule for malware and secrets' \
'check:Compile rules of your own, and say what is wrong with them' \
'pack:Pack lists of digests into one file, which a scan maps into memory instead of reading it' \
'test:Compile rules of your own, and run their cases' \
    )
    _describe -t commands 'boltseal rules commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__rules__subcmd__check_commands] )) ||
_boltseal__subcmd__rules__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal rules check commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__rules__subcmd__list_commands] )) ||
_boltseal__subcmd__rules__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal rules list commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__rules__subcmd__pack_commands] )) ||
_boltseal__subcmd__rules__subcmd__pack_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal rules pack commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__rules__subcmd__test_commands] )) ||
_boltseal__subcmd__rules__subcmd__test_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal rules test commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__sbom_commands] )) ||
_boltseal__subcmd__sbom_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal sbom commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__scan_commands] )) ||
_boltseal__subcmd__scan_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal scan commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__schema_commands] )) ||
_boltseal__subcmd__schema_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal schema commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__seal_commands] )) ||
_boltseal__subcmd__seal_commands() {
    local commands; commands=(
'intent:Derive what an image is meant to do, from the image alone' \
'diff:Say what changed between the intents of two images' \
'key:Make, show and revoke keys' \
    )
    _describe -t commands 'boltseal seal commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__seal__subcmd__diff_commands] )) ||
_boltseal__subcmd__seal__subcmd__diff_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal seal diff commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__seal__subcmd__intent_commands] )) ||
_boltseal__subcmd__seal__subcmd__intent_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal seal intent commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__seal__subcmd__key_commands] )) ||
_boltseal__subcmd__seal__subcmd__key_commands() {
    local commands; commands=(
'new:Make a key, and write it encrypted to FILE and its public key to FILE.pub' \
'show:Say what a key file, a token or a document of trust holds\: algorithm, id and public key of each key' \
'revoke:Take a key back in a document of trust\: nothing that it signs is believed any more, whatever time it states' \
    )
    _describe -t commands 'boltseal seal key commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__seal__subcmd__key__subcmd__new_commands] )) ||
_boltseal__subcmd__seal__subcmd__key__subcmd__new_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal seal key new commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__seal__subcmd__key__subcmd__revoke_commands] )) ||
_boltseal__subcmd__seal__subcmd__key__subcmd__revoke_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal seal key revoke commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__seal__subcmd__key__subcmd__show_commands] )) ||
_boltseal__subcmd__seal__subcmd__key__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal seal key show commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__verify_commands] )) ||
_boltseal__subcmd__verify_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal verify commands' commands "$@"
}

if [ "$funcstack[1]" = "_boltseal" ]; then
    _boltseal "$@"
else
    compdef _boltseal boltseal
fi
