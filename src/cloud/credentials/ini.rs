//! The SDKs' INI file (facts section g): `~/.alibabacloud/credentials`, or `credentials.ini` beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::files::{FileError, read_text};
use super::role::{Assume, OidcRole, WithOidc};
use super::{Chain, Credentials, Source, Unsupported, Why, imds};
use crate::secret::Secret;

/// The key of the section called `name`, else of `default`. The second half of an error is the section.
pub(super) async fn take(chain: &Chain) -> Result<(Credentials, Source), Why> {
    let places = chain.places();
    if places.ini_files.is_empty() {
        return Err(Why::NoHome);
    }
    let Some((path, text)) = first(&places.ini_files)? else {
        return Err(Why::NoFiles(places.ini_files.clone()));
    };
    let sections = parse(&text)
        .map_err(|line| Why::File(path.to_owned(), FileError::Malformed { line, column: None }))?;
    let name = places.chain_profile.as_deref().unwrap_or("default");
    let section = sections.get(name).ok_or_else(|| Why::Unknown {
        path: path.to_owned(),
        name: name.to_owned(),
        known: sections.keys().cloned().collect(),
    })?;
    let credentials = section.take(chain).await?;
    Ok((credentials, Source::Ini { section: name.to_owned(), path: path.to_owned() }))
}

type Text = zeroize::Zeroizing<String>;

fn first(paths: &[PathBuf]) -> Result<Option<(&Path, Text)>, Why> {
    for path in paths {
        match read_text(path) {
            Ok(text) => return Ok(Some((path, text))),
            Err(FileError::Missing) => {}
            Err(error) => return Err(Why::File(path.clone(), error)),
        }
    }
    Ok(None)
}

/// The fields of a section. All are kept as secrets: some are.
#[derive(Default)]
struct Section(BTreeMap<String, Secret>);

impl Section {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(Secret::expose).filter(|text| !text.is_empty())
    }

    fn need(&self, name: &'static str) -> Result<&str, Why> {
        self.get(name).ok_or(Why::Incomplete { field: name })
    }

    fn key(&self) -> Result<Credentials, Why> {
        Ok(Credentials {
            // Not in the facts' example; the Java SDK reads it, and no one else writes such a field.
            security_token: self.get("security_token").map(Secret::new),
            ..Credentials::permanent(
                self.need("access_key_id")?,
                Secret::new(self.need("access_key_secret")?),
            )
        })
    }

    async fn take(&self, chain: &Chain) -> Result<Credentials, Why> {
        let places = chain.places();
        match self.need("type")? {
            "access_key" | "sts" => self.key(),
            "ram_role_arn" => {
                let role = Assume {
                    role_arn: self.need("role_arn")?,
                    session_name: self.get("role_session_name"),
                    seconds: None,
                    policy: self.get("policy"),
                    external_id: self.get("external_id"),
                };
                role.take(chain, &places.sts, self.key()?).await
            }
            "ecs_ram_role" => Ok(imds::take(chain, self.get("role_name")).await?.0),
            "oidc_role_arn" => {
                let role = OidcRole {
                    role_arn: self.need("role_arn")?,
                    provider_arn: self.need("oidc_provider_arn")?,
                    token_file: self.need("oidc_token_file_path")?.into(),
                    with: WithOidc {
                        session_name: self.get("role_session_name"),
                        seconds: None,
                        policy: self.get("policy"),
                    },
                };
                role.take(chain, &places.sts).await
            }
            "rsa_key_pair" => Err(Why::Unsupported(Unsupported::RsaKeyPair)),
            "bearer" => Err(Why::Unsupported(Unsupported::BearerToken)),
            other => Err(Why::Mode(other.to_owned())),
        }
    }
}

/// Sections by name; the number of the first line that is none of: blank, comment, section, `key = value`.
fn parse(text: &str) -> Result<BTreeMap<String, Section>, usize> {
    let mut sections: BTreeMap<String, Section> = BTreeMap::new();
    let mut current: Option<String> = None;
    for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line)) {
        // facts section g: text after `#` is cut, in a value too
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with(';') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            let name = name.strip_suffix(']').ok_or(number)?.trim().to_owned();
            sections.entry(name.clone()).or_default();
            current = Some(name);
            continue;
        }
        let (key, value) = line.split_once('=').ok_or(number)?;
        let section = current.as_ref().and_then(|name| sections.get_mut(name)).ok_or(number)?;
        section.0.insert(key.trim().to_owned(), Secret::new(value.trim()));
    }
    Ok(sections)
}

/// The stored key of every section.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) fn keys(path: &Path, text: &str) -> Vec<Result<Credentials, Why>> {
    match parse(text) {
        Ok(sections) => sections.values().map(Section::key).collect(),
        Err(line) => {
            vec![Err(Why::File(path.to_owned(), FileError::Malformed { line, column: None }))]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_cut_and_blank_values_are_absent() {
        let text =
            "# top\n[default]\r\ntype = access_key # kind\naccess_key_id=LTAI\n; note\npolicy =\n[b]\nx=a=b";
        let sections = parse(text).ok().unwrap();
        let default = &sections["default"];
        assert_eq!((default.get("type"), default.get("policy")), (Some("access_key"), None));
        assert_eq!(default.get("access_key_id"), Some("LTAI"));
        assert_eq!(sections["b"].get("x"), Some("a=b"));
    }

    #[test]
    fn a_line_that_is_nothing_is_named() {
        let line = |text| parse(text).err();
        assert_eq!(line("[default]\ntype = access_key\nhunter2\n"), Some(3));
        assert_eq!(line("[default\n"), Some(1));
        assert_eq!(line("\ntype = access_key\n"), Some(2));
    }
}
