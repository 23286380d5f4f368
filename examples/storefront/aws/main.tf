terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      application = "storefront"
      owner       = "shop-team"
    }
  }
}

variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "partner_cidr" {
  description = "Network of the delivery partner."
  type        = string
}

locals {
  name = "storefront"
}
