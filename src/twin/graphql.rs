//! The parts of a GraphQL document that answering needs.

use std::collections::BTreeMap;

use apollo_parser::{Parser, cst};
use serde_json::{Map, Value};

/// A type as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// By name.
    Named(String),
    /// A list of another.
    List(Box<Type>),
    /// Another, and never null.
    NonNull(Box<Type>),
}

/// A value of an argument.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// What the variables say.
    Variable(String),
    /// What stands there.
    Constant(Value),
    /// An object, whose fields may be variables.
    Object(Vec<(String, Argument)>),
    /// A list, whose items may be variables.
    List(Vec<Argument>),
}

impl Argument {
    /// The value; none when it is a variable that was not sent.
    pub fn value(&self, variables: &Map<String, Value>) -> Option<Value> {
        match self {
            Self::Variable(name) => variables.get(name).cloned(),
            Self::Constant(value) => Some(value.clone()),
            Self::List(items) => Some(items.iter().map(|item| item.value(variables).unwrap_or(Value::Null)).collect()),
            Self::Object(fields) => {
                let set = fields.iter().filter_map(|(name, value)| Some((name.clone(), value.value(variables)?)));
                Some(Value::Object(set.collect()))
            }
        }
    }
}

/// A field that is asked for; fragments are put in where they are spread.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Under which name it is answered.
    pub key: String,
    /// Its name in the schema.
    pub name: String,
    /// Its arguments.
    pub arguments: Vec<(String, Argument)>,
    /// Its `@include(if: …)`.
    pub include: Option<Argument>,
    /// What is asked for of it.
    pub fields: Vec<Field>,
}

impl Field {
    /// The value of an argument.
    pub fn argument(&self, name: &str, variables: &Map<String, Value>) -> Option<Value> {
        let (_, argument) = self.arguments.iter().find(|(own, _)| own == name)?;
        argument.value(variables).filter(|value| !value.is_null())
    }

    /// Whether it is asked for at all.
    pub fn is_included(&self, variables: &Map<String, Value>) -> bool {
        self.include.as_ref().is_none_or(|include| include.value(variables) == Some(Value::Bool(true)))
    }
}

/// An operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// Its name.
    pub name: String,
    /// Whether it is a mutation.
    pub writes: bool,
    /// Its variables and whether they have a default.
    pub variables: Vec<(String, Type, bool)>,
    /// What it asks for.
    pub fields: Vec<Field>,
}

/// How deep fragments may lie in each other.
const DEEPEST: usize = 32;

/// Reads the operation of a name; the mistake otherwise.
pub fn operation(text: &str, name: Option<&str>) -> Result<Operation, String> {
    let tree = Parser::new(text).recursion_limit(DEEPEST * 4).parse();
    if let Some(error) = tree.errors().next() {
        return Err(format!("Syntax Error: {}", error.message()));
    }
    let mut fragments = BTreeMap::new();
    let mut operations = Vec::new();
    for definition in tree.document().definitions() {
        match definition {
            cst::Definition::FragmentDefinition(fragment) => {
                let name = fragment.fragment_name().and_then(|name| name.name()).map(|name| name.text().to_string());
                if let (Some(name), Some(set)) = (name, fragment.selection_set()) {
                    fragments.insert(name, set);
                }
            }
            cst::Definition::OperationDefinition(operation) => operations.push(operation),
            other => return Err(format!("a {} cannot be executed", other.kind())),
        }
    }
    let named = |operation: &cst::OperationDefinition| operation.name().map(|own| own.text().to_string());
    let found = match name {
        Some(name) => operations.into_iter().find(|operation| named(operation).as_deref() == Some(name)),
        None if operations.len() == 1 => operations.pop(),
        None => None,
    };
    let found = found.ok_or_else(|| "Unknown operation named by the request".to_owned())?;
    let variables = found.variable_definitions().into_iter().flat_map(|all| all.variable_definitions());
    Ok(Operation {
        name: named(&found).unwrap_or_default(),
        writes: found.operation_type().is_some_and(|kind| kind.mutation_token().is_some()),
        variables: variables.filter_map(|one| variable(&one)).collect(),
        fields: found.selection_set().map_or(Ok(Vec::new()), |set| selections(&set, &fragments, 0))?,
    })
}

fn variable(definition: &cst::VariableDefinition) -> Option<(String, Type, bool)> {
    let name = definition.variable()?.name()?.text().to_string();
    Some((name, type_of(&definition.ty()?)?, definition.default_value().is_some()))
}

/// A type as a value.
pub(super) fn type_of(ty: &cst::Type) -> Option<Type> {
    let named = |named: &cst::NamedType| Some(Type::Named(named.name()?.text().to_string()));
    let list = |list: &cst::ListType| Some(Type::List(Box::new(type_of(&list.ty()?)?)));
    match ty {
        cst::Type::NamedType(one) => named(one),
        cst::Type::ListType(one) => list(one),
        cst::Type::NonNullType(one) => {
            let inner = match (one.named_type(), one.list_type()) {
                (Some(inner), _) => named(&inner)?,
                (None, inner) => list(&inner?)?,
            };
            Some(Type::NonNull(Box::new(inner)))
        }
    }
}

fn selections(
    set: &cst::SelectionSet,
    fragments: &BTreeMap<String, cst::SelectionSet>,
    depth: usize,
) -> Result<Vec<Field>, String> {
    if depth > DEEPEST {
        return Err("the fragments lie too deep in each other".to_owned());
    }
    let mut fields = Vec::new();
    for selection in set.selections() {
        match selection {
            cst::Selection::Field(field) => fields.push(field_of(&field, fragments, depth)?),
            cst::Selection::FragmentSpread(spread) => {
                let name = spread.fragment_name().and_then(|name| name.name()).map(|name| name.text().to_string());
                let fragment = name.as_ref().and_then(|name| fragments.get(name));
                let fragment = fragment.ok_or_else(|| format!("Unknown fragment \"{}\".", name.unwrap_or_default()))?;
                fields.extend(selections(fragment, fragments, depth + 1)?);
            }
            cst::Selection::InlineFragment(_) => return Err("inline fragments are not known here".to_owned()),
        }
    }
    Ok(fields)
}

fn field_of(
    field: &cst::Field,
    fragments: &BTreeMap<String, cst::SelectionSet>,
    depth: usize,
) -> Result<Field, String> {
    let name = field.name().map(|name| name.text().to_string()).unwrap_or_default();
    let key = field.alias().and_then(|alias| alias.name()).map_or_else(|| name.clone(), |own| own.text().to_string());
    let include = field.directives().into_iter().flat_map(|all| all.directives()).find_map(|directive| {
        let is_include = directive.name()?.text() == "include";
        let argument = directive.arguments()?.arguments().next()?.value()?;
        is_include.then(|| argument_of(&argument)).flatten()
    });
    let arguments = field.arguments().into_iter().flat_map(|all| all.arguments()).filter_map(|one| {
        let name = one.name()?.text().to_string();
        Some((name, argument_of(&one.value()?)?))
    });
    let fields = match field.selection_set() {
        Some(set) => selections(&set, fragments, depth + 1)?,
        None => Vec::new(),
    };
    Ok(Field { key, name, arguments: arguments.collect(), include, fields })
}

fn argument_of(value: &cst::Value) -> Option<Argument> {
    Some(match value {
        cst::Value::Variable(variable) => Argument::Variable(variable.name()?.text().to_string()),
        cst::Value::StringValue(text) => Argument::Constant(Value::from(String::from(text))),
        cst::Value::IntValue(int) => Argument::Constant(Value::from(i32::try_from(int).ok()?)),
        cst::Value::FloatValue(float) => Argument::Constant(Value::from(f64::try_from(float).ok()?)),
        cst::Value::BooleanValue(bool) => Argument::Constant(Value::from(bool.true_token().is_some())),
        cst::Value::NullValue(_) => Argument::Constant(Value::Null),
        cst::Value::EnumValue(one) => Argument::Constant(Value::from(one.text().to_string())),
        cst::Value::ListValue(list) => {
            Argument::List(list.values().map(|item| argument_of(&item)).collect::<Option<_>>()?)
        }
        cst::Value::ObjectValue(object) => {
            let fields = object
                .object_fields()
                .map(|field| Some((field.name()?.text().to_string(), argument_of(&field.value()?)?)));
            Argument::Object(fields.collect::<Option<_>>()?)
        }
    })
}
