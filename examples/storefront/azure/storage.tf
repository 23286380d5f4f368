resource "azurerm_storage_account" "documents" {
  name                            = "officedocuments"
  resource_group_name             = azurerm_resource_group.office.name
  location                        = azurerm_resource_group.office.location
  account_tier                    = "Standard"
  account_replication_type        = "ZRS"
  min_tls_version                 = "TLS1_2"
  https_traffic_only_enabled      = true
  allow_nested_items_to_be_public = false
  shared_access_key_enabled       = false

  blob_properties {
    versioning_enabled = true
    delete_retention_policy {
      days = 30
    }
  }

  network_rules {
    default_action = "Deny"
    bypass         = ["AzureServices"]
  }
}

resource "azurerm_storage_account" "legacy" {
  name                       = "officelegacy"
  resource_group_name        = azurerm_resource_group.office.name
  location                   = azurerm_resource_group.office.location
  account_tier               = "Standard"
  account_replication_type   = "LRS"
  min_tls_version            = "TLS1_0"
  https_traffic_only_enabled = false
}
