//! Keys: vectors of the specifications, files of others, and signatures that almost hold.

use boltseal_model::Limits;
use boltseal_seal::{KeyAlgorithm, KeyError, ParseKeyError, PrivateKey, PublicKey, SignatureError, Signer};

use crate::support::{Counted, key, p256, password};

const COSIGN: &str = include_str!("../fixtures/keys/cosign.key");

fn read(pem: &str, text: Option<&str>) -> Result<PrivateKey, KeyError> {
    PrivateKey::from_pem(pem, text.map(password).as_ref(), &Limits::default())
}

fn hex(text: &str) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap();
    text.as_bytes().chunks(2).map(|pair| digit(&pair[0]) << 4 | digit(&pair[1])).collect()
}

/// The `SubjectPublicKeyInfo` of an Ed25519 key (RFC 8410, section 4).
fn ed25519(point: &[u8]) -> Vec<u8> {
    [&hex("302a300506032b6570032100")[..], point].concat()
}

/// RFC 8032, section 7.1, test 3.
#[test]
fn the_vector_of_rfc_8032_holds() {
    let point = hex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
    let signature = hex(
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    );
    let public = PublicKey::from_der(&ed25519(&point)).unwrap();
    assert_eq!(public.verify(&[0xaf, 0x82], &signature), Ok(()));
    assert_eq!(public.verify(&[0xaf, 0x83], &signature), Err(SignatureError::Wrong));
}

/// RFC 6979, section A.2.5, the message "sample" with SHA-256.
#[test]
fn the_vector_of_rfc_6979_holds() {
    let point = hex(
        "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
    );
    let spki = [&hex("3059301306072a8648ce3d020106082a8648ce3d030107034200")[..], &point].concat();
    let public = PublicKey::from_der(&spki).unwrap();
    let r = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
    let s = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
    let signature = hex(&format!("3046022100{r}022100{s}"));
    assert_eq!(public.verify(b"sample", &signature), Ok(()));
}

#[test]
fn the_same_bytes_give_the_same_signature_and_others_do_not_hold() {
    for signer in [key(1), p256(1)] {
        let public = signer.public_key();
        let signature = signer.sign(b"a statement").unwrap();
        assert_eq!(signature, signer.sign(b"a statement").unwrap());
        assert_eq!(public.verify(b"a statement", &signature), Ok(()));
        assert_eq!(public.verify(b"a statemenT", &signature), Err(SignatureError::Wrong));
    }
}

/// Signatures are verified by another library than the one that makes them; what one refuses, the other must not let pass.
#[test]
fn two_libraries_agree_on_which_signatures_of_ecdsa_hold() {
    use p256::ecdsa::signature::Verifier as _;
    use p256::pkcs8::DecodePublicKey as _;
    let signer = p256(1);
    let (public, signature) = (signer.public_key(), signer.sign(b"x").unwrap());
    let other = p256::ecdsa::VerifyingKey::from_public_key_der(&public.to_der()).unwrap();
    let raised = p256::ecdsa::Signature::from_der(&signature).unwrap();
    let (r, s) = raised.split_scalars();
    let raised = p256::ecdsa::Signature::from_scalars(*r, -*s).unwrap().to_der().as_bytes().to_vec();
    assert_ne!(raised, signature);
    assert_eq!(public.verify(b"x", &raised), Ok(()), "most signers do not care in which half the second number is");
    for at in 0..signature.len() {
        for bit in 0..8 {
            let mut changed = signature.clone();
            changed[at] ^= 1 << bit;
            let holds =
                p256::ecdsa::Signature::from_der(&changed).is_ok_and(|parsed| other.verify(b"x", &parsed).is_ok());
            assert_eq!(public.verify(b"x", &changed).is_ok(), holds, "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn a_signature_of_one_algorithm_is_none_of_the_other() {
    let (ed, ec) = (key(1), p256(1));
    let of_ec = ed.public_key().verify(b"x", &ec.sign(b"x").unwrap());
    assert_eq!(of_ec, Err(SignatureError::Encoding("Ed25519")));
    let of_ed = ec.public_key().verify(b"x", &ed.sign(b"x").unwrap());
    assert_eq!(of_ed, Err(SignatureError::Encoding("ECDSA P-256")));
}

#[test]
fn a_signature_of_ed25519_has_one_encoding() {
    let signer = key(1);
    let (public, signature) = (signer.public_key(), signer.sign(b"x").unwrap());
    // The second number with the order of the group added to it: the same point, another encoding.
    let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut carry = 0;
    let mut malleable = signature.clone();
    for (byte, add) in malleable[32..].iter_mut().zip(&order) {
        let sum = u16::from(*byte) + u16::from(*add) + carry;
        (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
    assert_eq!(carry, 0);
    assert_eq!(public.verify(b"x", &malleable), Err(SignatureError::Wrong));
    for broken in [&signature[..63], &[&signature[..], &[0]].concat(), &[], &[0; 64]] {
        assert!(public.verify(b"x", broken).is_err());
    }
}

#[test]
fn a_signature_of_ecdsa_has_one_encoding() {
    let signer = p256(1);
    let (public, signature) = (signer.public_key(), signer.sign(b"x").unwrap());
    let body = |from: usize| signature[from..].to_vec();
    let r_length = usize::from(signature[3]);
    let (r, s) = (signature[4..4 + r_length].to_vec(), body(6 + r_length));
    let der = |r: &[u8], s: &[u8]| {
        let length = |bytes: &[u8]| u8::try_from(bytes.len()).unwrap();
        let numbers = [&[2, length(r)], r, &[2, length(s)], s].concat();
        [&[0x30, length(&numbers)], &numbers[..]].concat()
    };
    assert_eq!(der(&r, &s), signature);
    let long = [&[0x30, 0x81, signature[1]], &body(2)[..]].concat();
    let padded = der(&[&[0], &r[..]].concat(), &s);
    let trailing = [&signature[..], &[0]].concat();
    let inner = [&[0x30, signature[1] + 2], &body(2)[..], &[5, 0]].concat();
    let raw = [&r[r.len() - 32..], &s[s.len().saturating_sub(32)..]].concat();
    let (zero_r, zero_s) = (der(&[0], &s), der(&r, &[0]));
    let order = hex("00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let large = der(&r, &order);
    for (name, broken) in [
        ("long form of the length", &long),
        ("a nought in front", &padded),
        ("bytes behind", &trailing),
        ("a third member", &inner),
        ("no DER", &raw),
        ("r is nought", &zero_r),
        ("s is nought", &zero_s),
        ("s is the order", &large),
        ("nothing", &Vec::new()),
    ] {
        assert_eq!(public.verify(b"x", broken), Err(SignatureError::Encoding("ECDSA P-256")), "{name}");
    }
}

/// Points whose order divides eight, and encodings of numbers past the prime (RFC 8032, section 5.1).
#[test]
fn weak_points_are_no_keys() {
    for point in [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0100000000000000000000000000000000000000000000000000000000000080",
    ] {
        let refused = PublicKey::from_der(&ed25519(&hex(point)));
        assert!(matches!(refused, Err(ParseKeyError::Weak | ParseKeyError::Algorithm)), "{point}: {refused:?}");
    }
}

/// Numbers below nineteen can be written a second time with the prime added: the same key under another name.
#[test]
fn a_point_of_ed25519_has_one_encoding() {
    let mut tried = 0;
    for y in 2..19u8 {
        let mut canonical = [0; 32];
        canonical[0] = y;
        let mut second = [0xff; 32];
        (second[0], second[31]) = (0xed + y, 0x7f);
        if PublicKey::from_der(&ed25519(&canonical)).is_ok() {
            assert_eq!(PublicKey::from_der(&ed25519(&second)), Err(ParseKeyError::Weak), "{y}");
            tried += 1;
        }
    }
    assert!(tried > 3, "{tried}");
}

#[test]
fn keys_of_other_algorithms_and_curves_are_refused() {
    let (ed, ec) = (key(1).public_key().to_der(), p256(1).public_key().to_der());
    let p384 = [&hex("3076301006072a8648ce3d020106052b8104002203620004")[..], &[7; 96]].concat();
    let secp256k1 = [&hex("3056301006072a8648ce3d020106052b8104000a034200")[..], &ec[26..]].concat();
    let mut off_curve = ec.clone();
    off_curve[60] ^= 1;
    let x25519 = [&hex("302a300506032b656e032100")[..], &ed[12..]].concat();
    let infinity = hex("3019301306072a8648ce3d020106082a8648ce3d03010703020000");
    for der in [p384, secp256k1, off_curve, x25519, infinity, Vec::new(), ed[..43].to_vec()] {
        assert_eq!(PublicKey::from_der(&der), Err(ParseKeyError::Algorithm));
    }
    let compressed =
        [&hex("3039301306072a8648ce3d020106082a8648ce3d030107032200")[..], &[2 + (ec[90] & 1)], &ec[27..59]].concat();
    assert_eq!(PublicKey::from_der(&compressed), Err(ParseKeyError::NotCanonical));
    assert!(PublicKey::from_der(&[&ed[..], &[0]].concat()).is_err());
}

#[test]
fn a_public_key_is_read_as_it_is_written() {
    for public in [key(1).public_key(), p256(1).public_key()] {
        assert_eq!(PublicKey::from_pem(&public.to_pem()), Ok(public.clone()));
        assert_eq!(PublicKey::from_der(&public.to_der()), Ok(public.clone()));
        assert_eq!(public.id().to_string().len(), 71);
    }
    assert!(matches!(PublicKey::from_pem("hello"), Err(ParseKeyError::Pem)));
    let certificate = key(1).public_key().to_pem().replace("PUBLIC KEY", "CERTIFICATE");
    assert!(matches!(PublicKey::from_pem(&certificate), Err(ParseKeyError::Label { .. })));
}

#[test]
fn a_key_file_opens_with_its_password_alone() {
    for signer in [key(1), p256(1)] {
        let pem = signer.to_encrypted_pem(&password("correct horse"), &mut Counted(7)).unwrap();
        let pem = pem.expose();
        assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), "{pem}");
        assert_eq!(read(pem, Some("correct horse")).unwrap().public_key(), signer.public_key());
        assert_eq!(read(pem, Some("Correct horse")).unwrap_err(), KeyError::Password);
        assert_eq!(read(pem, None).unwrap_err(), KeyError::NoPassword);
        assert!(!format!("{signer:?}").contains("PRIVATE") && format!("{signer:?}").len() < 100);
    }
    let empty = key(1).to_encrypted_pem(&password(""), &mut Counted(7));
    assert_eq!(empty.unwrap_err(), KeyError::NoPassword);
}

#[test]
fn a_key_file_of_cosign_opens() {
    let signer = read(COSIGN, Some("")).unwrap();
    assert_eq!(signer.public_key().algorithm(), KeyAlgorithm::EcdsaP256);
    assert_eq!(read(COSIGN, Some("x")).unwrap_err(), KeyError::Password);
    let older = COSIGN.replace("SIGSTORE", "COSIGN");
    assert_eq!(read(&older, Some("")).unwrap().public_key(), signer.public_key());
}

#[test]
fn a_key_file_cannot_ask_for_more_memory_than_allowed() {
    let limits = Limits { password_bytes: 1 << 20, ..Limits::default() };
    let refused = PrivateKey::from_pem(COSIGN, Some(&password("")), &limits);
    assert_eq!(refused.unwrap_err(), KeyError::Costly { bytes: 64 << 20, rounds: 65_536 * 8 });
    let limits = Limits { password_rounds: 1_000, ..Limits::default() };
    let pem = key(1).to_encrypted_pem(&password("x"), &mut Counted(7)).unwrap();
    let refused = PrivateKey::from_pem(pem.expose(), Some(&password("x")), &limits);
    assert!(matches!(refused.unwrap_err(), KeyError::Costly { rounds: 655_360, .. }));
    let large = format!("-----BEGIN PRIVATE KEY-----\n{}", "A".repeat(70_000));
    assert!(matches!(read(&large, None).unwrap_err(), KeyError::TooLarge { limit: 65_536, .. }));
}

#[test]
fn what_is_no_private_key_is_refused_with_the_reason() {
    assert_eq!(read("hello", None).unwrap_err(), KeyError::Pem);
    let public = key(1).public_key().to_pem();
    assert!(matches!(read(&public, None).unwrap_err(), KeyError::Label { .. }));
    let broken = public.replace("PUBLIC", "PRIVATE");
    assert!(matches!(read(&broken, None).unwrap_err(), KeyError::Malformed(_)));
}
