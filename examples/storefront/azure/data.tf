resource "azurerm_key_vault" "office" {
  name                       = "back-office"
  resource_group_name        = azurerm_resource_group.office.name
  location                   = azurerm_resource_group.office.location
  tenant_id                  = data.azurerm_client_config.current.tenant_id
  sku_name                   = "standard"
  purge_protection_enabled   = true
  soft_delete_retention_days = 90
}

resource "azurerm_mssql_server" "office" {
  name                          = "back-office"
  resource_group_name           = azurerm_resource_group.office.name
  location                      = azurerm_resource_group.office.location
  version                       = "12.0"
  minimum_tls_version           = "1.2"
  public_network_access_enabled = true

  azuread_administrator {
    login_username              = "database-admins"
    object_id                   = "00000000-0000-0000-0000-000000000001"
    azuread_authentication_only = true
  }
}

resource "azurerm_mssql_firewall_rule" "azure" {
  name             = "azure-services"
  server_id        = azurerm_mssql_server.office.id
  start_ip_address = "0.0.0.0"
  end_ip_address   = "0.0.0.0"
}
