resource "azurerm_service_plan" "office" {
  name                = "back-office"
  resource_group_name = azurerm_resource_group.office.name
  location            = azurerm_resource_group.office.location
  os_type             = "Linux"
  sku_name            = "P0v3"
}

resource "azurerm_linux_web_app" "portal" {
  name                = "office-portal"
  resource_group_name = azurerm_resource_group.office.name
  location            = azurerm_resource_group.office.location
  service_plan_id     = azurerm_service_plan.office.id
  https_only          = true

  site_config {
    minimum_tls_version = "1.2"
    ftps_state          = "Disabled"
    http2_enabled       = true
  }

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_linux_web_app" "old_portal" {
  name                = "office-portal-old"
  resource_group_name = azurerm_resource_group.office.name
  location            = azurerm_resource_group.office.location
  service_plan_id     = azurerm_service_plan.office.id

  site_config {
    minimum_tls_version = "1.0"
    ftps_state          = "AllAllowed"
  }
}
