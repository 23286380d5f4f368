//! Values with origins, resources, estates, ids, verdicts and findings
