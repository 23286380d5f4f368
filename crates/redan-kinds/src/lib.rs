//! Resource kinds as tables, and assembling raw resources into an estate
