resource "azurerm_network_security_group" "portal" {
  name                = "portal"
  location            = azurerm_resource_group.office.location
  resource_group_name = azurerm_resource_group.office.name

  # The denial has the higher priority: the allowance below admits nobody by SSH.
  security_rule {
    name                       = "no-ssh"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Deny"
    protocol                   = "*"
    source_port_range          = "*"
    source_address_prefix      = "Internet"
    destination_port_range     = "22"
    destination_address_prefix = "*"
  }

  security_rule {
    name                       = "web-and-ssh"
    priority                   = 200
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    source_address_prefix      = "Internet"
    destination_port_ranges    = ["22", "443"]
    destination_address_prefix = "*"
  }
}

resource "azurerm_network_security_group" "desks" {
  name                = "desks"
  location            = azurerm_resource_group.office.location
  resource_group_name = azurerm_resource_group.office.name
}

resource "azurerm_network_security_rule" "desks" {
  name                        = "remote-work"
  resource_group_name         = azurerm_resource_group.office.name
  network_security_group_name = azurerm_network_security_group.desks.name
  priority                    = 300
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefix       = "*"
  destination_port_ranges     = ["443", "3380-3390"]
  destination_address_prefix  = "*"
}
