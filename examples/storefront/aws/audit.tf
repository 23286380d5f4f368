resource "aws_kms_key" "data" {
  description         = "Orders and audit logs"
  enable_key_rotation = true
}

resource "aws_kms_key" "sessions" {
  description = "Session tokens of the shop"
}

module "audit" {
  source = "../modules/private-bucket"
  name   = "${local.name}-audit"
}

resource "aws_cloudtrail" "all" {
  name                          = local.name
  s3_bucket_name                = module.audit.bucket
  kms_key_id                    = aws_kms_key.data.arn
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
}
