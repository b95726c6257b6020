//! Dockerfiles, whose instructions are edited as they are written.

use proptest::prelude::*;

use super::{checks, hold, mend};

/// What all patches together make of a Dockerfile.
fn mended(text: &str) -> String {
    let mending = mend(&checks(), "Dockerfile", text);
    mending.text.unwrap_or_else(|| text.to_owned())
}

#[test]
fn an_instruction_keeps_its_lines_comments_and_escapes() {
    for (before, after) in [
        (
            "FROM debian:12.5\nRUN apt-get update \\\n # what is needed: apt-get install\n && apt-get \\\n    install curl \\\n      git\n",
            "FROM debian:12.5\nRUN apt-get update \\\n # what is needed: apt-get install\n && apt-get \\\n    install --no-install-recommends -y curl \\\n      git && rm -rf /var/lib/apt/lists/*\n",
        ),
        ("from debian:12.5\r\nadd a /a\r\nonbuild add b /b", "from debian:12.5\r\nCOPY a /a\r\nonbuild COPY b /b"),
        (
            "# escape=`\nFROM debian:12.5\nRUN --network=host `\n  pip3 install flask==3\n",
            "# escape=`\nFROM debian:12.5\nRUN `\n  pip3 install --no-cache-dir flask==3\n",
        ),
        (
            "FROM debian:12.5\nMAINTAINER \"The Shop <shop@registry.example>\"\nCMD npm  start\n",
            "FROM debian:12.5\nLABEL org.opencontainers.image.authors=\"The Shop <shop@registry.example>\"\nCMD [\"npm\", \"start\"]\n",
        ),
        ("FROM debian:12.5\nCMD exec npm start $PORT\n", "FROM debian:12.5\nCMD exec npm start $PORT\n"),
        (
            "FROM debian:12.5\nRUN sudo -u app true\nRUN sudo  true\n",
            "FROM debian:12.5\nRUN sudo -u app true\nRUN true\n",
        ),
        (
            "FROM debian:12.5\nRUN apt-get install --no-install-recommends -y sudo curl && ( sudo a | \\\n  sudo b )\n",
            "FROM debian:12.5\nRUN apt-get install --no-install-recommends -y sudo curl && ( a | \\\n  b )\n",
        ),
        (
            "FROM debian:12.5\nRUN true && ( sudo a | \\\n  sudo b )\n",
            "FROM debian:12.5\nRUN true && ( a | \\\n  b )\n",
        ),
        (
            "FROM debian:12.5\r\nCMD npm \\\r\n  start\r\nUSER 1000\r\n",
            "FROM debian:12.5\r\nCMD [\"npm\", \"start\"]\r\nUSER 1000\r\n",
        ),
        ("FROM suse:15\nRUN zypper in -y curl\n", "FROM suse:15\nRUN zypper in -y curl && zypper clean -a\n"),
        ("FROM debian:12.5\nUSER app\nRUN sudo true\n", "FROM debian:12.5\nUSER app\nRUN sudo true\n"),
        ("FROM debian:12.5\nADD a.tar /a\nADD b.tgz c /b\n", "FROM debian:12.5\nADD a.tar /a\nADD b.tgz c /b\n"),
        (
            "FROM debian:12.5\nRUN <<EOF\napt-get update\napt-get install -y curl\nEOF\n",
            "FROM debian:12.5\nRUN <<EOF\napt-get update\napt-get install --no-install-recommends -y curl\nEOF\n",
        ),
    ] {
        assert_eq!(mended(before), after);
    }
}

/// A line of a Dockerfile, which need not be sound.
fn line() -> impl Strategy<Value = String> {
    let command = prop_oneof![
        Just("apt-get update"),
        Just("apt-get -q install curl"),
        Just("apt install -y git"),
        Just("apk add curl"),
        Just("dnf install -y curl"),
        Just("pip install flask"),
        Just("sudo make install"),
        Just("echo 'a # b'"),
        Just("true # not"),
    ];
    let run = (prop::collection::vec(command, 1..4), any::<bool>(), any::<bool>()).prop_map(
        |(commands, is_long, is_host)| {
            let joint = if is_long { " \\\n    # a comment\n  && " } else { " && " };
            format!("RUN {}{}", if is_host { "--network=host " } else { "" }, commands.join(joint))
        },
    );
    prop_oneof![
        4 => run,
        1 => Just("ADD --chown=app a b /c/".to_owned()),
        1 => Just("ADD https://registry.example/a.tar /c".to_owned()),
        1 => Just("COPY --chmod=4777 a /c".to_owned()),
        1 => Just("ONBUILD ADD a /c".to_owned()),
        1 => Just("MAINTAINER shop".to_owned()),
        1 => Just("CMD npm start".to_owned()),
        1 => Just("ENTRYPOINT /bin/shop --serve".to_owned()),
        1 => Just("USER app".to_owned()),
        1 => Just("RUN --security=insecure mount".to_owned()),
        1 => Just("RUN <<E\napt-get install curl\nE".to_owned()),
        1 => Just("FROM --platform=linux/amd64 debian:12 AS next".to_owned()),
        1 => Just("# a comment".to_owned()),
        1 => Just(String::new()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_patch_of_a_dockerfile_applies_and_mends(lines in prop::collection::vec(line(), 0..8), is_crlf in any::<bool>()) {
        let text = format!("FROM debian:12.5\n{}", lines.join("\n"));
        let text = if is_crlf { text.replace('\n', "\r\n") } else { text };
        hold(&checks(), "build/Dockerfile", &text);
    }
}
