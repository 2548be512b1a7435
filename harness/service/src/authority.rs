//! The certificate authority of a run: made by whichever service comes first, in a volume that they share.
//! Every server of ours issues itself a leaf in memory, others get one in files (`instruments::certificate`); clients trust this authority and nothing else.

use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::files;

const CERTIFICATE: &str = "ca.pem";
const KEY: &str = "ca-key.pem";
const LOCK: &str = "ca.lock";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A run's authority, with its key.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

/// What a server shows: a certificate, the authority's after it, and the key.
pub struct Leaf {
    /// The certificate, then the authority's.
    pub chain: Vec<CertificateDer<'static>>,
    /// Its key.
    pub key: PrivateKeyDer<'static>,
}

impl Authority {
    /// Opens the authority in a directory, and makes it if nobody has yet. It blocks: not for an async task.
    ///
    /// # Errors
    /// When the directory cannot be used, or holds something else.
    pub fn open(directory: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(directory)
            .with_context(|| format!("making the authority's directory {}", directory.display()))?;
        files::exclusively(&directory.join(LOCK), || {
            let (certificate, key) = (directory.join(CERTIFICATE), directory.join(KEY));
            // The key is written first, so a certificate that is there always has one.
            if let Some(pem) = files::read(&certificate)? {
                let key = files::read(&key)?
                    .with_context(|| format!("{} is there without {KEY}: empty the directory", certificate.display()))?;
                return Self::from_pem(&pem, &key)
                    .with_context(|| format!("{} and {KEY} are no authority: empty the directory", certificate.display()));
            }
            let (pem, key_pem) = make()?;
            files::replace(&key, key_pem.as_bytes(), files::PRIVATE)?;
            files::replace(&certificate, pem.as_bytes(), files::PUBLIC)?;
            Self::from_pem(&pem, &key_pem)
        })
    }

    fn from_pem(certificate: &str, key: &str) -> anyhow::Result<Self> {
        let der = CertificateDer::from_pem_slice(certificate.as_bytes())?;
        let issuer = Issuer::from_ca_cert_der(&der, KeyPair::from_pem(key)?)?;
        Ok(Self { issuer, certificate: der })
    }

    /// Issues a server's certificate for these names (or addresses), the first of which is its common name.
    ///
    /// # Errors
    /// When a name is none.
    pub fn issue(&self, names: &[String]) -> anyhow::Result<Leaf> {
        let (certificate, key) = self.sign(names)?;
        Ok(Leaf {
            chain: vec![certificate.der().clone(), self.certificate.clone()],
            key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        })
    }

    /// As [`Self::issue`], for a server that reads files: the certificate and its key, both as PEM.
    ///
    /// # Errors
    /// When a name is none.
    pub fn issue_pem(&self, names: &[String]) -> anyhow::Result<(String, String)> {
        let (certificate, key) = self.sign(names)?;
        Ok((certificate.pem(), key.serialize_pem()))
    }

    fn sign(&self, names: &[String]) -> anyhow::Result<(Certificate, KeyPair)> {
        let first = names.first().context("a certificate needs at least one name")?;
        let mut parameters =
            CertificateParams::new(names).with_context(|| format!("issuing a certificate for {}", names.join(", ")))?;
        parameters.distinguished_name = common_name(first);
        parameters.use_authority_key_identifier_extension = true;
        parameters.is_ca = IsCa::ExplicitNoCa;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        valid_now(&mut parameters);
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        Ok((parameters.signed_by(&key, &self.issuer)?, key))
    }
}

/// What a client trusts: the authority in a directory.
///
/// # Errors
/// When there is none yet.
pub fn trusted(directory: &Path) -> anyhow::Result<RootCertStore> {
    let path = directory.join(CERTIFICATE);
    let pem = files::read(&path)?.with_context(|| {
        format!(
            "{} does not exist: expected the run's certificate authority, which the first server with TLS makes there",
            path.display()
        )
    })?;
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(pem.as_bytes())?)
        .with_context(|| format!("{} is no certificate authority", path.display()))?;
    Ok(roots)
}

/// A certificate and its key, both as PEM.
fn make() -> anyhow::Result<(String, String)> {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = common_name("relapse: authority of one run");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    valid_now(&mut parameters);
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let certificate = parameters.self_signed(&key)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

fn common_name(name: &str) -> DistinguishedName {
    let mut all = DistinguishedName::new();
    // A common name has at most 64 characters (RFC 5280); the names that count are the alternative ones.
    all.push(DnType::CommonName, name.chars().take(64).collect::<String>());
    all
}

/// From a day ago, so that no clock in the lab is too early, to a year ahead.
fn valid_now(parameters: &mut CertificateParams) {
    let now = SystemTime::now();
    parameters.not_before = (now - DAY).into();
    parameters.not_after = (now + 365 * DAY).into();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls;
    use rustls::client::danger::ServerCertVerifier;

    #[test]
    fn whoever_comes_first_makes_it_and_all_others_use_that() {
        let kept = tempfile::tempdir().unwrap();
        let directory = kept.path();
        let certificates: Vec<_> = std::thread::scope(|scope| {
            let openers: Vec<_> = (0..8).map(|_| scope.spawn(|| Authority::open(directory).unwrap())).collect();
            openers.into_iter().map(|opener| opener.join().unwrap().certificate).collect()
        });
        assert!(certificates.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn a_client_that_trusts_it_accepts_its_leaf_for_every_name_and_no_other() {
        tls::install_provider();
        let kept = tempfile::tempdir().unwrap();
        let directory = kept.path();
        let names = ["q.trap.jp".to_owned(), "q.trapti.tech".to_owned(), "127.0.0.1".to_owned()];
        let leaf = Authority::open(directory).unwrap().issue(&names).unwrap();
        let roots = trusted(directory).unwrap();
        let verifier = rustls::client::WebPkiServerVerifier::builder(std::sync::Arc::new(roots)).build().unwrap();
        let verify = |name: &str| {
            verifier.verify_server_cert(
                &leaf.chain[0],
                &leaf.chain[1..],
                &name.to_owned().try_into().unwrap(),
                &[],
                rustls::pki_types::UnixTime::now(),
            )
        };
        assert!(names.iter().all(|name| verify(name).is_ok()));
        assert!(verify("trap.jp").is_err());
    }

    #[test]
    fn without_an_authority_the_error_says_who_makes_it() {
        let error = trusted(Path::new("/nowhere")).unwrap_err().to_string();
        assert!(error.contains("/nowhere/ca.pem does not exist"), "{error}");
    }
}
