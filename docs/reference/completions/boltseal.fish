# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_boltseal_global_optspecs
    string join \n h/help V/version
end

function __fish_boltseal_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_boltseal_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_boltseal_using_subcommand
    set -l cmd (__fish_boltseal_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c boltseal -n "__fish_boltseal_needs_command" -s h -l help -d 'Print help'
complete -c boltseal -n "__fish_boltseal_needs_command" -s V -l version -d 'Print version'
complete -c boltseal -n "__fish_boltseal_needs_command" -f -a "scan" -d 'Find vulnerabilities, malware and secrets in images, containers, folders and repositories'
complete -c boltseal -n "__fish_boltseal_needs_command" -f -a "sbom" -d 'Write the bill of materials of an image, a container, a folder or a repository'
complete -c boltseal -n "__fish_boltseal_needs_command" -f -a "audit" -d 'Hold this host, its engine or its node to a benchmark'
complete -c boltseal -n "__fish_boltseal_needs_command" -f -a "seal" -d 'Scan an image, hold it to a policy, and sign what came of it; look after keys and intents'
complete -c boltseal -n "__fish_boltseal_needs_command" -f -a "verify" -d 'Say from its seals alone whether an image may be believed'
complete -c boltseal -n "__fish_boltseal_needs_command" -f -a "db" -d 'Look after the advisory database'
complete -c boltseal -n "__fish_boltseal_needs_command" -f -a "policy" -d 'Hold what is declared to be run to a policy'
complete -c boltseal -n "__fish_boltseal_needs_command" -f -a "rules" -d 'Say what is seen and what is not'
complete -c boltseal -n "__fish_boltseal_needs_command" -f -a "completions" -d 'Write a completion script for a shell to standard output'
complete -c boltseal -n "__fish_boltseal_needs_command" -f -a "man" -d 'Write the manual page to standard output'
complete -c boltseal -n "__fish_boltseal_needs_command" -f -a "schema" -d 'Write the JSON schema of the report to standard output'
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l config -d 'Take what no flag and no variable says from this file; without it, from boltseal.toml in this folder, unless that lies in what is looked at' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l platform -d 'Which image to take where there are several' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l mirror -d 'Ask another host first for the images of a registry; may be given several times' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l plain-http -d 'Reach a registry without TLS; those on this machine are tried without when TLS fails' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l registry-user -d 'Name for registries, instead of what `docker login` stored; its password is in BOLTSEAL_REGISTRY_PASSWORD' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l db -d 'The advisory database to use; without it, the one that `db update` or `db build` wrote, otherwise the embedded snapshot' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l cache -d 'Where to keep what was read from layers; without it, the user\'s folder for caches. A bucket of an S3-compatible store, as s3://BUCKET/PREFIX, is asked after the folder, and both may be given' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l cache-mb -d 'How large the folder may grow, in MiB' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l format -d 'How to write the report' -r -f -a "cyclonedx\t'CycloneDX 1.6 as JSON: components and their vulnerabilities'
gitlab\t'GitLab container scanning report, schema 15, for merge requests and the vulnerability list'
html\t'one page with charts, for people: it loads nothing, and prints well'
json\t'every fact, for programs; its schema is docs/reference/report.v1.schema.json'
junit\t'JUnit XML, for build services: a failed test for each finding'
markdown\t'Markdown, for a comment on a pull request'
openvex\t'OpenVEX 0.2.0: what is said of each vulnerability, with --show-suppressed also why others are of no concern'
sarif\t'SARIF 2.1.0, for code scanning services and editors'
spdx\t'SPDX 2.3 as JSON: packages, their licences and relations, and findings as remarks'
table\t'for people: findings by origin, with the command that mends them'"
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -s o -l output -d 'Write the report to a file instead of standard output' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l fail-on -d 'Exit with 1 when a finding is this severe or worse: critical, high, medium, low or unknown' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l only -d 'Look for these kinds of findings only: vulnerability, end-of-life, licence, malware, secret, misconfiguration; several with commas' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l rules -d 'Search with further rules: a file or folder of YARA rules (.yar), rules for secrets (.toml), lists of digests (.sha256, .hashes) and signatures of ClamAV (.ndb, .ldb, .hdb, .hsb); may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l policy -d 'Hold declarations to further policies: a file of policies in YAML, or a folder of them; may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l policy-set -d 'Hold declarations to the rules of this set alone, and exit with 1 when one that it denies is broken: baseline, strict, audit, or one of your policies' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l clamd -d 'Have a clamd judge every file too: unix:PATH of its socket, or tcp:HOST:PORT' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l sort -d 'The order of findings: by severity, or by the risk that severity, exploitation and its likelihood make' -r -f -a "risk\t''
severity\t''"
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l min-severity -d 'Leave out what is less severe: critical, high, medium, low or unknown' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l ignore-file -d 'Leave out what a file of exemptions names; without it, what boltseal-ignore.toml in this folder names' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l vex -d 'Leave out what a VEX document (OpenVEX, CSAF, CycloneDX) says is of no concern; may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l forbid-licence -d 'Report packages whose licence is of a family or has an SPDX identifier; may be given several times' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l today -d 'The day on which ends of life and exemptions are judged, as 2027-01-31; without it, that of the newest advisory for ends of life, and the day of the scan for exemptions' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l explain -d 'Say for every package why this vulnerability does or does not affect it, instead of a report' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l offline -d 'Refuse targets that need the network'
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l no-cache -d 'Read every layer anew, and keep nothing of it'
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l fix -d 'Say of each finding on a declaration what edit mends it, where that is mechanical, or why only words do. No file is written'
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l diff -d 'With --fix, write what mends the findings as a difference in unified format, for `patch -p1` and `git apply`, instead of a report'
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l verify-secrets -d 'Ask whoever issued a secret whether it still opens something: each secret that is found is sent there, over TLS, for the providers that docs/secrets.md names, and nowhere else'
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l exclude-base -d 'Leave out what the base image brought'
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l ignore-unfixed -d 'Leave out vulnerabilities for which no fixed version is known'
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -l show-suppressed -d 'List what was left out, with the reasons'
complete -c boltseal -n "__fish_boltseal_using_subcommand scan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand sbom" -l config -d 'Take what no flag and no variable says from this file; without it, from boltseal.toml in this folder, unless that lies in what is looked at' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand sbom" -l platform -d 'Which image to take where there are several' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand sbom" -l mirror -d 'Ask another host first for the images of a registry; may be given several times' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand sbom" -l plain-http -d 'Reach a registry without TLS; those on this machine are tried without when TLS fails' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand sbom" -l registry-user -d 'Name for registries, instead of what `docker login` stored; its password is in BOLTSEAL_REGISTRY_PASSWORD' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand sbom" -l db -d 'The advisory database to use; without it, the one that `db update` or `db build` wrote, otherwise the embedded snapshot' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand sbom" -l cache -d 'Where to keep what was read from layers; without it, the user\'s folder for caches. A bucket of an S3-compatible store, as s3://BUCKET/PREFIX, is asked after the folder, and both may be given' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand sbom" -l cache-mb -d 'How large the folder may grow, in MiB' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand sbom" -l format -d 'How to write it' -r -f -a "cyclonedx\t'CycloneDX 1.6 as JSON: components and their vulnerabilities'
spdx\t'SPDX 2.3 as JSON: packages, their licences and relations, and findings as remarks'"
complete -c boltseal -n "__fish_boltseal_using_subcommand sbom" -s o -l output -d 'Write it to a file instead of standard output' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand sbom" -l offline -d 'Refuse targets that need the network'
complete -c boltseal -n "__fish_boltseal_using_subcommand sbom" -l no-cache -d 'Read every layer anew, and keep nothing of it'
complete -c boltseal -n "__fish_boltseal_using_subcommand sbom" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and not __fish_seen_subcommand_from docker host kubernetes" -s h -l help -d 'Print help'
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and not __fish_seen_subcommand_from docker host kubernetes" -f -a "docker" -d 'Hold Docker, its containers and its images to the CIS Docker Benchmark'
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and not __fish_seen_subcommand_from docker host kubernetes" -f -a "host" -d 'Hold the host to what a hardened container host has'
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and not __fish_seen_subcommand_from docker host kubernetes" -f -a "kubernetes" -d 'Hold the node, and objects of its cluster, to the CIS Kubernetes Benchmark'
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from docker" -l root -d 'Where the files of the host are: its root, mounted into the container that this runs in' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from docker" -l facts -d 'Judge facts that were collected before, perhaps on another host, instead of this host; `-` is standard input' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from docker" -l objects -d 'Judge objects of Kubernetes too, as `kubectl get --output yaml` writes them; may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from docker" -l level -d 'Judge the checks up to this level: 1 for what every host should have, 2 for what costs something as well' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from docker" -l format -d 'How to write what is found' -r -f -a "table\t'For people at a terminal'
json\t'For programs'
facts\t'No report, but the facts themselves, for `--facts` on another machine'"
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from docker" -s o -l output -d 'Write it to a file instead of standard output' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from docker" -l fail-on -d 'Exit with 1 only when a check fails that is this severe or worse: critical, high, medium or low' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from docker" -l policy -d 'Take exemptions from a file of policies in YAML, or a folder of them; may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from docker" -l fix -d 'Write the commands that mend what fails, instead of a report. None of them is run'
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from docker" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from host" -l root -d 'Where the files of the host are: its root, mounted into the container that this runs in' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from host" -l facts -d 'Judge facts that were collected before, perhaps on another host, instead of this host; `-` is standard input' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from host" -l objects -d 'Judge objects of Kubernetes too, as `kubectl get --output yaml` writes them; may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from host" -l level -d 'Judge the checks up to this level: 1 for what every host should have, 2 for what costs something as well' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from host" -l format -d 'How to write what is found' -r -f -a "table\t'For people at a terminal'
json\t'For programs'
facts\t'No report, but the facts themselves, for `--facts` on another machine'"
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from host" -s o -l output -d 'Write it to a file instead of standard output' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from host" -l fail-on -d 'Exit with 1 only when a check fails that is this severe or worse: critical, high, medium or low' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from host" -l policy -d 'Take exemptions from a file of policies in YAML, or a folder of them; may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from host" -l fix -d 'Write the commands that mend what fails, instead of a report. None of them is run'
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from host" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from kubernetes" -l root -d 'Where the files of the host are: its root, mounted into the container that this runs in' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from kubernetes" -l facts -d 'Judge facts that were collected before, perhaps on another host, instead of this host; `-` is standard input' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from kubernetes" -l objects -d 'Judge objects of Kubernetes too, as `kubectl get --output yaml` writes them; may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from kubernetes" -l level -d 'Judge the checks up to this level: 1 for what every host should have, 2 for what costs something as well' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from kubernetes" -l format -d 'How to write what is found' -r -f -a "table\t'For people at a terminal'
json\t'For programs'
facts\t'No report, but the facts themselves, for `--facts` on another machine'"
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from kubernetes" -s o -l output -d 'Write it to a file instead of standard output' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from kubernetes" -l fail-on -d 'Exit with 1 only when a check fails that is this severe or worse: critical, high, medium or low' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from kubernetes" -l policy -d 'Take exemptions from a file of policies in YAML, or a folder of them; may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from kubernetes" -l fix -d 'Write the commands that mend what fails, instead of a report. None of them is run'
complete -c boltseal -n "__fish_boltseal_using_subcommand audit; and __fish_seen_subcommand_from kubernetes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l config -d 'Take what no flag and no variable says from this file; without it, from boltseal.toml in this folder, unless that lies in what is looked at' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l platform -d 'Which image to take where there are several' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l mirror -d 'Ask another host first for the images of a registry; may be given several times' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l plain-http -d 'Reach a registry without TLS; those on this machine are tried without when TLS fails' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l registry-user -d 'Name for registries, instead of what `docker login` stored; its password is in BOLTSEAL_REGISTRY_PASSWORD' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l db -d 'The advisory database to use; without it, the one that `db update` or `db build` wrote, otherwise the embedded snapshot' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l cache -d 'Where to keep what was read from layers; without it, the user\'s folder for caches. A bucket of an S3-compatible store, as s3://BUCKET/PREFIX, is asked after the folder, and both may be given' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l cache-mb -d 'How large the folder may grow, in MiB' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l key -d 'The key to sign with: a file; env:VARIABLE for one whose text is in the environment; or one in a token, as pkcs11:token=LABEL;object=LABEL?module-path=FILE. Its password or PIN is in BOLTSEAL_KEY_PASSWORD, or asked for' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l policy -d 'Hold what is declared to further policies: a file of policies in YAML, or a folder of them; may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l policy-set -d 'Hold what is declared to the rules of this set alone: baseline, strict, audit, or one of your policies. Without it, those of your policies that deny do' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l fail-on -d 'Deny an image with a finding this severe or worse: critical, high, medium, low or unknown' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l provenance -d 'Take how the image was built from provenance: a file with an envelope or a bundle; may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l trust -d 'Whom to believe in provenance: a document of trust, or public keys' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l builder -d 'The level of SLSA\'s build track that a builder reaches; without it, its provenance proves level 1. May be given several times' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -s o -l output -d 'Write the statements as files to this folder; without it and --attach, one on each line to standard output' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l declared -d 'What is declared of the intent, beside what is derived' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l at -d 'The time that the statements bear, as 2027-01-31T12:00:00Z; without it, that of the clock. The same image, database, policy and time give the same statements' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l offline -d 'Refuse targets that need the network'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l no-cache -d 'Read every layer anew, and keep nothing of it'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l accept-incomplete -d 'Let an image pass of which something could not be read'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -l attach -d 'Put the statements beside the image: as referrers in its registry, or into its OCI layout'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -s h -l help -d 'Print help'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -a "intent" -d 'Derive what an image is meant to do, from the image alone'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -a "diff" -d 'Say what changed between the intents of two images'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and not __fish_seen_subcommand_from intent diff key" -a "key" -d 'Make, show and revoke keys'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from intent" -l config -d 'Take what no flag and no variable says from this file; without it, from boltseal.toml in this folder, unless that lies in what is looked at' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from intent" -l platform -d 'Which image to take where there are several' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from intent" -l mirror -d 'Ask another host first for the images of a registry; may be given several times' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from intent" -l plain-http -d 'Reach a registry without TLS; those on this machine are tried without when TLS fails' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from intent" -l registry-user -d 'Name for registries, instead of what `docker login` stored; its password is in BOLTSEAL_REGISTRY_PASSWORD' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from intent" -l db -d 'The advisory database to use; without it, the one that `db update` or `db build` wrote, otherwise the embedded snapshot' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from intent" -l cache -d 'Where to keep what was read from layers; without it, the user\'s folder for caches. A bucket of an S3-compatible store, as s3://BUCKET/PREFIX, is asked after the folder, and both may be given' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from intent" -l cache-mb -d 'How large the folder may grow, in MiB' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from intent" -l declared -d 'What is declared of it, beside what is derived' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from intent" -s o -l output -d 'Write it to a file instead of standard output' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from intent" -l offline -d 'Refuse targets that need the network'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from intent" -l no-cache -d 'Read every layer anew, and keep nothing of it'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from intent" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from diff" -l config -d 'Take what no flag and no variable says from this file; without it, from boltseal.toml in this folder, unless that lies in what is looked at' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from diff" -l platform -d 'Which image to take where there are several' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from diff" -l mirror -d 'Ask another host first for the images of a registry; may be given several times' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from diff" -l plain-http -d 'Reach a registry without TLS; those on this machine are tried without when TLS fails' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from diff" -l registry-user -d 'Name for registries, instead of what `docker login` stored; its password is in BOLTSEAL_REGISTRY_PASSWORD' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from diff" -l db -d 'The advisory database to use; without it, the one that `db update` or `db build` wrote, otherwise the embedded snapshot' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from diff" -l cache -d 'Where to keep what was read from layers; without it, the user\'s folder for caches. A bucket of an S3-compatible store, as s3://BUCKET/PREFIX, is asked after the folder, and both may be given' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from diff" -l cache-mb -d 'How large the folder may grow, in MiB' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from diff" -l format -d 'How to write the differences' -r -f -a "text\t'A line of words for each'
json\t'A list in JSON'"
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from diff" -l offline -d 'Refuse targets that need the network'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from diff" -l no-cache -d 'Read every layer anew, and keep nothing of it'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from key" -s h -l help -d 'Print help'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from key" -f -a "new" -d 'Make a key, and write it encrypted to FILE and its public key to FILE.pub'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from key" -f -a "show" -d 'Say what a key file, a token or a document of trust holds: algorithm, id and public key of each key'
complete -c boltseal -n "__fish_boltseal_using_subcommand seal; and __fish_seen_subcommand_from key" -f -a "revoke" -d 'Take a key back in a document of trust: nothing that it signs is believed any more, whatever time it states'
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l config -d 'Take what no flag and no variable says from this file; without it, from boltseal.toml in this folder, unless that lies in what is looked at' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l platform -d 'Which image to take where there are several' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l mirror -d 'Ask another host first for the images of a registry; may be given several times' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l plain-http -d 'Reach a registry without TLS; those on this machine are tried without when TLS fails' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l registry-user -d 'Name for registries, instead of what `docker login` stored; its password is in BOLTSEAL_REGISTRY_PASSWORD' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l trust -d 'Whom to believe: a document of trust, or public keys' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l seals -d 'Read the seals from this folder, or from this file, and not from beside the image; may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l policy -d 'Hold what is declared to further policies: a file of policies in YAML, or a folder of them; may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l policy-set -d 'Hold what is declared to the rules of this set alone: baseline, strict, audit, or one of your policies. Without it, those of your policies that deny do' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l fail-on -d 'Deny an image with a finding this severe or worse: critical, high, medium, low or unknown' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l max-age -d 'The oldest that the verdict may be: 12h, 7d' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l max-advisory-age -d 'The oldest that the advisories may be which the image was held to: 30d' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l level -d 'A level that the image must reach, as SLSA_BUILD_LEVEL_2 or BOLTSEAL_SCANNED; may be given several times' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l builder -d 'Who may have built it, by URI; may be given several times' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l source -d 'The repository that it may have been built from; may be given several times' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l branch -d 'The branch that it may have been built from; may be given several times' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l at -d 'The time of asking, as 2027-01-31T12:00:00Z; without it, that of the clock' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l format -d 'How to write the answer' -r -f -a "text\t'Lines of words'
json\t'One object in JSON'"
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -l offline -d 'Refuse targets that need the network'
complete -c boltseal -n "__fish_boltseal_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and not __fish_seen_subcommand_from build update status" -s h -l help -d 'Print help'
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and not __fish_seen_subcommand_from build update status" -f -a "build" -d 'Make a database from advisory sources'
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and not __fish_seen_subcommand_from build update status" -f -a "update" -d 'Bring the database up to date from the publishers\' feeds'
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and not __fish_seen_subcommand_from build update status" -f -a "status" -d 'Say which advisories the database holds, and check that it is whole'
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and __fish_seen_subcommand_from build" -l from -d 'Files and folders with advisories' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and __fish_seen_subcommand_from build" -l db -d 'Where to write it; without it, where `scan` looks for it' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and __fish_seen_subcommand_from build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and __fish_seen_subcommand_from update" -l feed -d 'Ask for this feed only; may be given several times. Without it, for those marked in the list, and those that were downloaded before' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and __fish_seen_subcommand_from update" -l feeds -d 'Take the descriptions of further feeds from a TOML file or a folder of them; may be given several times' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and __fish_seen_subcommand_from update" -l db -d 'Where to write the database; without it, where `scan` looks for it' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and __fish_seen_subcommand_from update" -l keep -d 'Where to keep downloads; without it, the user\'s folder for caches' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and __fish_seen_subcommand_from update" -l list -d 'List the feeds, and download nothing'
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and __fish_seen_subcommand_from update" -l accept-shrinking -d 'Take feeds that have less than half of the advisories that they had'
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and __fish_seen_subcommand_from update" -l offline -d 'Refused: an update needs the network'
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and __fish_seen_subcommand_from status" -l db -d 'The database; without it, the one that `scan` would use' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand db; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and not __fish_seen_subcommand_from pss check test explain network" -s h -l help -d 'Print help'
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and not __fish_seen_subcommand_from pss check test explain network" -f -a "pss" -d 'Hold manifests of Kubernetes to its Pod Security Standards'
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and not __fish_seen_subcommand_from pss check test explain network" -f -a "check" -d 'Read policies of your own, and say what is wrong with them'
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and not __fish_seen_subcommand_from pss check test explain network" -f -a "test" -d 'Run the cases of policies'
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and not __fish_seen_subcommand_from pss check test explain network" -f -a "explain" -d 'Say why a policy comes to its verdict on what a file declares'
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and not __fish_seen_subcommand_from pss check test explain network" -f -a "network" -d 'Propose network policies for manifests of Kubernetes, or say what policies do to flows'
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and __fish_seen_subcommand_from pss" -l level -d 'How much is demanded' -r -f -a "privileged\t''
baseline\t''
restricted\t''"
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and __fish_seen_subcommand_from pss" -l version -d 'The version of Kubernetes whose standards count, as v1.30' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and __fish_seen_subcommand_from pss" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and __fish_seen_subcommand_from explain" -l policy -d 'A file of policies, or a folder of them' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and __fish_seen_subcommand_from explain" -l id -d 'Explain this policy alone' -r
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and __fish_seen_subcommand_from network" -l flows -d 'Say what becomes of these flows under the policies of the manifests: lines of JSON, as {"from": "shop/web", "to": "10.0.0.7", "port": 443, "protocol": "TCP"}; the ends are pods with their namespaces, or addresses' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and __fish_seen_subcommand_from network" -l proposed -d 'Let the policies that would be proposed count as well'
complete -c boltseal -n "__fish_boltseal_using_subcommand policy; and __fish_seen_subcommand_from network" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand rules; and not __fish_seen_subcommand_from list check pack test" -s h -l help -d 'Print help'
complete -c boltseal -n "__fish_boltseal_using_subcommand rules; and not __fish_seen_subcommand_from list check pack test" -f -a "list" -d 'List every analyzer, importer, version order and report format, with what it sees and what it misses, and every rule for malware and secrets'
complete -c boltseal -n "__fish_boltseal_using_subcommand rules; and not __fish_seen_subcommand_from list check pack test" -f -a "check" -d 'Compile rules of your own, and say what is wrong with them'
complete -c boltseal -n "__fish_boltseal_using_subcommand rules; and not __fish_seen_subcommand_from list check pack test" -f -a "pack" -d 'Pack lists of digests into one file, which a scan maps into memory instead of reading it'
complete -c boltseal -n "__fish_boltseal_using_subcommand rules; and not __fish_seen_subcommand_from list check pack test" -f -a "test" -d 'Compile rules of your own, and run their cases'
complete -c boltseal -n "__fish_boltseal_using_subcommand rules; and __fish_seen_subcommand_from list" -l only -d 'Of the parts of the program, the rules for malware and secrets, or those for what is declared; without it, of all' -r -f -a "parts\t'Analyzers, importers, version orders and report formats'
content\t'Rules for malware and secrets'
checks\t'Rules for what is declared'"
complete -c boltseal -n "__fish_boltseal_using_subcommand rules; and __fish_seen_subcommand_from list" -l format -d 'How to write the list' -r -f -a "table\t'For people at a terminal'
json\t'For programs'
markdown\t'The reference pages'"
complete -c boltseal -n "__fish_boltseal_using_subcommand rules; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand rules; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c boltseal -n "__fish_boltseal_using_subcommand rules; and __fish_seen_subcommand_from pack" -s o -l output -d 'Where to write it; its name ends with .hashes' -r -F
complete -c boltseal -n "__fish_boltseal_using_subcommand rules; and __fish_seen_subcommand_from pack" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand rules; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c boltseal -n "__fish_boltseal_using_subcommand completions" -s h -l help -d 'Print help'
complete -c boltseal -n "__fish_boltseal_using_subcommand man" -s h -l help -d 'Print help'
complete -c boltseal -n "__fish_boltseal_using_subcommand schema" -s h -l help -d 'Print help'
