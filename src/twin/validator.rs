//! Whether a request is one that Linear would understand.

use std::collections::BTreeMap;

use apollo_parser::{Parser, cst};
use serde_json::{Map, Value};

use super::graphql::{self, Type};
use crate::linear::document;

/// A request as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The document.
    pub query: String,
    /// Which of its operations.
    pub operation: String,
    /// The variables.
    pub variables: Map<String, Value>,
}

/// Decides whether a request is valid.
pub trait Validator: Send + Sync {
    /// Checks a request.
    ///
    /// # Errors
    /// What is wrong with it, as Linear would tell it.
    fn check(&self, request: &Request) -> Result<(), String>;
}

/// Accepts what the client's own documents say: an operation by the name of one of them, with its text, and variables
/// of the types that it declares, down to the fields of inputs.
pub struct Documents {
    inputs: BTreeMap<String, BTreeMap<String, Type>>,
    enums: BTreeMap<String, Vec<String>>,
}

impl Default for Documents {
    fn default() -> Self {
        Self::of(document::SCHEMA)
    }
}

impl Documents {
    /// With the inputs and enums of a schema.
    fn of(schema: &str) -> Self {
        let mut own = Self { inputs: BTreeMap::new(), enums: BTreeMap::new() };
        for definition in Parser::new(schema).parse().document().definitions() {
            let Some(name) = definition.name().map(|name| name.text().to_string()) else { continue };
            match definition {
                cst::Definition::InputObjectTypeDefinition(input) => {
                    let fields = input.input_fields_definition().into_iter().flat_map(|f| f.input_value_definitions());
                    let typed = fields
                        .filter_map(|field| Some((field.name()?.text().to_string(), graphql::type_of(&field.ty()?)?)));
                    own.inputs.insert(name, typed.collect());
                }
                cst::Definition::EnumTypeDefinition(one) => {
                    let values = one.enum_values_definition().into_iter().flat_map(|v| v.enum_value_definitions());
                    let named = values.filter_map(|value| Some(value.enum_value()?.text().to_string()));
                    own.enums.insert(name, named.collect());
                }
                _ => {}
            }
        }
        own
    }

    /// What is wrong with a value of a type.
    fn value(&self, at: &str, ty: &Type, value: Option<&Value>) -> Result<(), String> {
        match (ty, value) {
            (Type::NonNull(_), None | Some(Value::Null)) => {
                Err(format!("\"{at}\" of a type that is never null is missing"))
            }
            (Type::NonNull(inner), value) => self.value(at, inner, value),
            (_, None | Some(Value::Null)) => Ok(()),
            (Type::List(inner), Some(Value::Array(items))) => {
                items.iter().enumerate().try_for_each(|(n, item)| self.value(&format!("{at}[{n}]"), inner, Some(item)))
            }
            (Type::List(inner), single) => self.value(at, inner, single),
            (Type::Named(name), Some(value)) => self.named(at, name, value),
        }
    }

    fn named(&self, at: &str, name: &str, value: &Value) -> Result<(), String> {
        if let Some(fields) = self.inputs.get(name) {
            let given = value.as_object().ok_or_else(|| format!("\"{at}\" is no {name}"))?;
            if let Some(unknown) = given.keys().find(|key| !fields.contains_key(*key)) {
                return Err(format!("\"{at}\": field \"{unknown}\" is not defined by type \"{name}\""));
            }
            return fields.iter().try_for_each(|(key, ty)| self.value(&format!("{at}.{key}"), ty, given.get(key)));
        }
        let fits = match name {
            "Int" => value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
            "Float" => value.is_number(),
            "Boolean" => value.is_boolean(),
            "String" | "DateTime" => value.is_string(),
            "ID" => value.is_string() || value.is_i64(),
            "UUID" => value.as_str().is_some_and(|text| uuid::Uuid::try_parse(text).is_ok()),
            "JSONObject" => value.is_object(),
            other => match self.enums.get(other) {
                Some(names) => value.as_str().is_some_and(|text| names.iter().any(|own| own == text)),
                None => return Err(format!("Unknown type \"{other}\".")),
            },
        };
        if fits { Ok(()) } else { Err(format!("\"{at}\" got an invalid value: it is no {name}")) }
    }
}

impl Validator for Documents {
    fn check(&self, request: &Request) -> Result<(), String> {
        let own = document::ALL.iter().find(|one| one.name == request.operation);
        let own = own.ok_or_else(|| format!("Unknown operation named \"{}\".", request.operation))?;
        if own.text != request.query {
            return Err(format!("the document of \"{}\" is not the one that is known by this name", own.name));
        }
        let operation = graphql::operation(own.text, Some(own.name))?;
        let known = |name: &String| operation.variables.iter().any(|(own, ..)| own == name);
        if let Some(unknown) = request.variables.keys().find(|name| !known(name)) {
            return Err(format!("Variable \"${unknown}\" is not defined by operation \"{}\".", own.name));
        }
        operation.variables.iter().try_for_each(|(name, ty, has_default)| match request.variables.get(name) {
            None if *has_default => Ok(()),
            value => self.value(&format!("${name}"), ty, value),
        })
    }
}
