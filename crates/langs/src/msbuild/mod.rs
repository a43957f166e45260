//! MSBuild projects: properties, and items with their places.
//!
//! Read with an XML parser, edited in the text: every value knows the bytes it stands in.

mod central;
mod style;
mod version;

use std::rc::Rc;

use sixify_core::{Document, Span};

pub use central::{Central, requirement, shared};
pub use style::sibling;
pub use version::{NotAVersion, Requirement, Version};

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The value, entities resolved.
    pub text: String,
    /// The bytes it stands in, without quotes or tags.
    pub span: Span,
    /// Whether the text stands there as it is.
    pub plain: bool,
}

/// A property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Its condition or that of its group.
    pub condition: Option<String>,
}

/// How an item is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// `Include`: adds it.
    Include,
    /// `Update`: changes what was added elsewhere.
    Update,
}

/// An item, such as a `PackageReference`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its kind: the name of the element.
    pub kind: String,
    /// Whether it includes or updates.
    pub verb: Verb,
    /// What it includes.
    pub name: Value,
    /// Its version: an attribute or a child element, `VersionOverride` before `Version`.
    pub version: Option<Value>,
    /// Whether the version is a child element.
    pub version_as_child: bool,
    /// Its own condition.
    pub condition: Option<Value>,
    /// The conditions of the elements around it.
    pub around: Vec<String>,
    /// The element.
    pub span: Span,
    /// Which element it stands in, by the start of that element in bytes.
    pub group: usize,
}

impl Item {
    /// Whether it is the package of this name; NuGet does not tell upper from lower case.
    pub fn is(&self, kind: &str, name: &str) -> bool {
        self.kind == kind && self.name.text.eq_ignore_ascii_case(name)
    }
}

/// What an MSBuild file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// The SDK, `Microsoft.NET.Sdk.Web`.
    pub sdk: Option<String>,
    /// Its properties in order.
    pub properties: Vec<Property>,
    /// Its items in order.
    pub items: Vec<Item>,
}

impl Project {
    /// The facts of a document, worked out once. Empty when it is not well-formed.
    pub fn of(doc: &Document) -> Rc<Project> {
        doc.memo(|doc| Project::parse(&doc.text).unwrap_or_default())
    }

    /// Reads a text; `None` when it is not well-formed XML.
    pub fn parse(text: &str) -> Option<Project> {
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
        let xml = roxmltree::Document::parse_with_options(text, options).ok()?;
        let root = xml.root_element();
        let mut project = Project { sdk: root.attribute("Sdk").map(str::to_owned), ..Project::default() };
        for node in root.descendants().filter(|n| n.is_element()) {
            let Some(parent) = node.parent_element() else { continue };
            match parent.tag_name().name() {
                "PropertyGroup" => project.properties.extend(property(text, node)),
                "ItemGroup" => project.items.extend(item(text, node, parent)),
                _ => {}
            }
        }
        Some(project)
    }

    /// The value of a property as the file alone says it: the last one without a condition.
    pub fn property(&self, name: &str) -> Option<&str> {
        let named = |p: &&Property| p.name.eq_ignore_ascii_case(name) && p.condition.is_none();
        self.properties.iter().rev().find(named).map(|p| p.value.text.trim())
    }

    /// Whether a property is `true`.
    pub fn is_true(&self, name: &str) -> bool {
        self.property(name).is_some_and(|v| v.eq_ignore_ascii_case("true"))
    }

    /// The frameworks it is built for, as written; empty when another file says so.
    pub fn frameworks(&self) -> Vec<&str> {
        let names = ["TargetFramework", "TargetFrameworks", "TargetFrameworkVersion"];
        let values = self.properties.iter().filter(|p| names.contains(&p.name.as_str()));
        values.flat_map(|p| p.value.text.split(';')).map(str::trim).filter(|f| !f.is_empty()).collect()
    }

    /// The items of a kind and name.
    pub fn items_of<'a>(&'a self, kind: &str, name: &str) -> impl Iterator<Item = &'a Item> + use<'a> {
        let (kind, name) = (kind.to_owned(), name.to_owned());
        self.items.iter().filter(move |i| i.is(&kind, &name))
    }
}

fn property(text: &str, node: roxmltree::Node<'_, '_>) -> Option<Property> {
    let condition = node.attribute("Condition").or(node.parent_element()?.attribute("Condition"));
    Some(Property {
        name: node.tag_name().name().to_owned(),
        value: content(text, node)?,
        condition: condition.map(str::to_owned),
    })
}

fn item(text: &str, node: roxmltree::Node<'_, '_>, group: roxmltree::Node<'_, '_>) -> Option<Item> {
    let attribute = |name: &str| {
        let found = node.attribute_node(name)?;
        let span = Span::from(found.range_value());
        Some(Value { text: found.value().to_owned(), span, plain: span.text(text) == found.value() })
    };
    let child = |name: &str| content(text, node.children().find(|c| c.tag_name().name() == name)?);
    let (verb, name) = match attribute("Include") {
        Some(name) => (Verb::Include, name),
        None => (Verb::Update, attribute("Update")?),
    };
    let written = attribute("VersionOverride").or_else(|| attribute("Version"));
    let nested = child("VersionOverride").or_else(|| child("Version"));
    Some(Item {
        kind: node.tag_name().name().to_owned(),
        verb,
        name,
        version_as_child: written.is_none() && nested.is_some(),
        version: written.or(nested),
        condition: attribute("Condition"),
        around: node.ancestors().skip(1).filter_map(|n| n.attribute("Condition")).map(str::to_owned).collect(),
        span: node.range().into(),
        group: group.range().start,
    })
}

/// The text content of an element that has nothing but text.
fn content(text: &str, node: roxmltree::Node<'_, '_>) -> Option<Value> {
    let mut children = node.children();
    let only = children.next()?;
    if !only.is_text() || children.next().is_some() {
        return None;
    }
    let span = Span::from(only.range());
    let value = only.text()?.to_owned();
    Some(Value { plain: span.text(text) == value, text: value, span })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn properties_and_items_have_values_and_places() {
        let text = "<Project Sdk=\"Microsoft.NET.Sdk\">\r\n  <PropertyGroup>\r\n    <TargetFrameworks>net8.0; net472</TargetFrameworks>\r\n    <A Condition=\"'$(X)' == ''\">1</A>\r\n  </PropertyGroup>\r\n  <ItemGroup Condition=\"c\">\r\n    <PackageReference Include=\"a.B\" Version='1.2' />\r\n    <PackageReference Update=\"C\">\r\n      <Version>3.4</Version>\r\n    </PackageReference>\r\n    <PackageReference Include=\"D &amp; E\" VersionOverride=\"5\" Version=\"6\" Condition=\"d\" />\r\n  </ItemGroup>\r\n</Project>\r\n";
        let project = Project::parse(text).unwrap();
        assert_eq!(project.sdk.as_deref(), Some("Microsoft.NET.Sdk"));
        assert_eq!(project.frameworks(), ["net8.0", "net472"]);
        assert_eq!(project.property("A"), None);
        let item = project.items_of("PackageReference", "A.b").next().unwrap();
        let version = item.version.clone().unwrap();
        assert_eq!((version.span.text(text), item.version_as_child, item.around.len()), ("1.2", false, 1));
        assert!(item.span.text(text).starts_with("<PackageReference") && item.span.text(text).ends_with("/>"));
        let update = &project.items[1];
        assert_eq!((update.verb, update.version_as_child), (Verb::Update, true));
        assert_eq!(update.version.clone().unwrap().span.text(text), "3.4");
        let last = &project.items[2];
        assert!(!last.name.plain && last.name.text == "D & E" && last.version.clone().unwrap().text == "5");
        assert_eq!(Project::parse("<Project>"), None);
    }

    #[test]
    fn old_projects_with_a_namespace_are_read_too() {
        let text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Project ToolsVersion=\"12.0\" xmlns=\"http://schemas.microsoft.com/developer/msbuild/2003\">\n  <PropertyGroup>\n    <TargetFrameworkVersion>v4.0</TargetFrameworkVersion>\n  </PropertyGroup>\n</Project>\n";
        assert_eq!(Project::parse(text).unwrap().frameworks(), ["v4.0"]);
    }
}
