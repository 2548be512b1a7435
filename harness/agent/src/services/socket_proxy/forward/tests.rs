use super::*;

fn pairs(query: &str) -> BTreeMap<String, String> {
    let mut url = Url::parse("http://docker/").unwrap();
    url.set_query(Some(query));
    url.query_pairs().into_owned().collect()
}

#[test]
fn a_list_is_always_of_this_run() {
    let query = filtered("", "relapse.run=r1").unwrap();
    assert_eq!(pairs(&query)["filters"], r#"{"label":["relapse.run=r1"]}"#);
    let query = filtered("all=1&filters=%7B%22label%22%3A%7B%22a%3Db%22%3Atrue%7D%7D", "relapse.run=r1").unwrap();
    assert_eq!(pairs(&query)["filters"], r#"{"label":["a=b","relapse.run=r1"]}"#);
    assert_eq!(pairs(&query)["all"], "1");
    let twice = filtered("filters=%7B%7D&filters=%7B%22name%22%3A%5B%22x%22%5D%7D", "relapse.run=r1").unwrap();
    assert_eq!(twice.matches("filters=").count(), 1, "{twice}");
}

#[test]
fn other_parameters_and_forms_are_refused() {
    for query in ["until=1", "filters=x", "filters=%7B%22label%22%3A1%7D"] {
        filtered(query, "relapse.run=r1").expect_err(query);
    }
}
