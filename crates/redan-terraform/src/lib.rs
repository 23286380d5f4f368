//! Terraform configuration, plan and state into an estate
