//! The types of what the functions of a Rust file give, where their calls stand.

use sixify_langs::Node;
use sixify_langs::rust::File;

/// The type of what a call gives: `IpAddr` of `local_ip()?` where `fn local_ip() -> Result<IpAddr>`.
pub(crate) fn given(file: &File, value: Node<'_>) -> Option<String> {
    let tried = value.is("try_expression");
    let call = if tried { value.items().next()? } else { value };
    let ty = returned(file, call)?;
    match (tried, inner(ty)) {
        (true, Some(inner)) => Some(inner),
        (false, None) => Some(ty.to_owned()),
        _ => None,
    }
}

/// The type of a name in a pattern that takes what a call gives out of its wrapper: `if let Some(ip) = pod_ip()`.
pub(crate) fn matched(file: &File, name: Node<'_>) -> Option<String> {
    let pattern = name.parent().filter(|p| p.is("tuple_struct_pattern"))?;
    let taken = ["Some", "Ok"].iter().any(|variant| pattern.text() == format!("{variant}({})", name.text()));
    let condition = pattern.parent().filter(|p| taken && p.is_any(&["let_condition", "let_declaration"]))?;
    inner(returned(file, condition.field("value")?)?)
}

/// The type that a function of the file says to give.
fn returned<'a>(file: &'a File, call: Node<'a>) -> Option<&'a str> {
    let name = call.field("function").filter(|f| call.is("call_expression") && f.is("identifier"))?;
    let (decl, _) = file.names.resolve(name)?;
    let function = Some(file.tree.node(decl.whole)).filter(|f| f.is("function_item"))?;
    Some(function.field("return_type")?.text())
}

/// What is in a `Result` or an `Option`.
fn inner(ty: &str) -> Option<String> {
    let (wrapper, rest) = ty.split_once('<')?;
    let known = matches!(wrapper.rsplit(':').next(), Some("Result" | "Option"));
    known.then(|| rest.split([',', '>']).next().unwrap_or_default().trim().to_owned())
}
