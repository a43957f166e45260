//! Rows of the catalog for calls and creations of C#.

use sixify_langs::Node;
use sixify_langs::csharp::{File, Surroundings};

use crate::catalog::{Api, Catalog};

/// The row that speaks of an argument (counted from 1) of a call or creation.
pub(crate) fn row<'c>(
    file: &File,
    catalog: &'c Catalog,
    around: &Surroundings<'_>,
    call: Node<'_>,
    position: usize,
) -> Option<&'c Api> {
    let rows = catalog.rows().filter(|api| api.argument == position);
    if call.kind().contains("object_creation") {
        let ty = file.creations().find(|c| c.node == call)?.ty;
        let simple = file.simple_type(ty)?;
        let made = |name: &String| {
            let full = name.strip_prefix("new ").filter(|f| f.ends_with(&simple));
            full.is_some_and(|full| file.names_type(ty, full, around).is_some())
        };
        return rows.into_iter().find(|api| names(api).any(made));
    }
    let function = call.field("function").filter(|f| f.is("member_access_expression"))?;
    let (of, method) = (function.field("expression")?, function.field("name")?.text());
    let ty = file.type_of(of);
    let called = |name: &String| match name.rsplit_once('#') {
        Some((owner, member)) => member == method && ty.as_deref() == owner.rsplit('.').next(),
        None => {
            let owner = name.rsplit_once('.').filter(|(_, member)| *member == method).map(|(owner, _)| owner);
            owner.is_some_and(|owner| file.names_type(of, owner, around).is_some())
        }
    };
    rows.into_iter().find(|api| names(api).any(called))
}

fn names(api: &Api) -> impl Iterator<Item = &String> {
    std::iter::once(&api.name).chain(&api.also)
}
