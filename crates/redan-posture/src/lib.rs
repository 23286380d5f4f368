//! Estate, facts and pages into verdicts and findings
