locals {
  name     = "redan"
  template = "hello $${name}, you are $${upper(role)}"
  ports    = [80, 443]
  rules = {
    web = { port = 80, cidrs = ["10.0.0.0/8", "192.168.0.0/16"] }
    ssh = { port = 22, cidrs = [] }
  }
  users = [
    { name = "ann", admin = true },
    { name = "bob", admin = false },
    { name = "cid", admin = true },
  ]
  nothing = null
  secret  = sensitive("s3cret")
  typed   = tolist(["a", "b"])
  table   = tomap({ x = "1", y = "2" })
}
