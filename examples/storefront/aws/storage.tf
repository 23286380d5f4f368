module "invoices" {
  source = "../modules/private-bucket"
  name   = "${local.name}-invoices"
}

module "exports" {
  source       = "../modules/private-bucket"
  name         = "${local.name}-exports"
  block_public = false
}

resource "aws_s3_bucket" "images" {
  bucket = "${local.name}-images"
}

resource "aws_s3_bucket_policy" "images" {
  bucket = aws_s3_bucket.images.id
  policy = data.aws_iam_policy_document.images.json
}

data "aws_iam_policy_document" "images" {
  statement {
    sid       = "Everyone"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.images.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
