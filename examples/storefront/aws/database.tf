resource "aws_db_subnet_group" "data" {
  name       = local.name
  subnet_ids = [for subnet in aws_subnet.data : subnet.id]
}

resource "aws_db_instance" "orders" {
  identifier                      = "${local.name}-orders"
  engine                          = "postgres"
  engine_version                  = "16.6"
  instance_class                  = "db.t4g.medium"
  allocated_storage               = 50
  db_subnet_group_name            = aws_db_subnet_group.data.name
  vpc_security_group_ids          = [aws_security_group.database.id]
  username                        = "orders"
  manage_master_user_password     = true
  multi_az                        = true
  storage_encrypted               = true
  kms_key_id                      = aws_kms_key.data.arn
  backup_retention_period         = 14
  deletion_protection             = true
  copy_tags_to_snapshot           = true
  auto_minor_version_upgrade      = true
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  publicly_accessible             = false
  final_snapshot_identifier       = "${local.name}-orders-final"
}

resource "aws_db_instance" "reports" {
  identifier              = "${local.name}-reports"
  engine                  = "postgres"
  instance_class          = "db.t4g.small"
  allocated_storage       = 20
  username                = "reports"
  password                = var.reports_password
  publicly_accessible     = true
  backup_retention_period = 0
  skip_final_snapshot     = true
}

variable "reports_password" {
  type      = string
  sensitive = true
  default   = null
}
