//! The ids of other scanners' checks as they are compared. One of them has three names for each: a number, the number with
//! a prefix that it gave up, and a long name (<https://github.com/aquasecurity/trivy-checks>).

/// `NAME ID` on each line, sorted by name.
const LONG: &str = include_str!("long-ids.txt");

/// An id in the form in which ids are compared: `AVD-AWS-0088` and `aws-s3-enable-bucket-encryption` are `aws-0088`.
#[must_use]
pub fn check_id(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    if let Some(number) = name.strip_prefix("avd-") {
        return number.to_owned();
    }
    // Numbers are not looked up.
    let rest = name.split_once('-').map_or("", |(_, rest)| rest);
    if !rest.starts_with(|c: char| c.is_ascii_lowercase()) {
        return name;
    }
    let long = |line: &&str| line.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(' '));
    let known = LONG.lines().find(long).and_then(|line| line.split_once(' '));
    known.map_or(name.clone(), |(_, id)| id.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_names_are_one_id() {
        for name in ["AWS-0088", "AVD-AWS-0088", "avd-aws-0088", "aws-s3-enable-bucket-encryption"] {
            assert_eq!(check_id(name), "aws-0088", "{name}");
        }
        assert_eq!(check_id("CKV_AWS_7"), "ckv_aws_7");
        assert_eq!(check_id("aws-s3-enable-bucket-encryptio"), "aws-s3-enable-bucket-encryptio");
        assert_eq!(check_id(""), "");
    }

    #[test]
    fn the_table_is_sorted_and_its_names_are_its_own() {
        let names: Vec<&str> = LONG.lines().map(|line| line.split_once(' ').unwrap().0).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(LONG.lines().all(|line| line.split_once(' ').unwrap().1.starts_with('A')));
    }
}
