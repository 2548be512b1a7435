//! Bodies of JSON, field by field. The engine's own JSON reader takes `hostconfig` for `HostConfig`; so only fields that are
//! known by their exact name are passed on, an unknown one must be empty, and what is passed on is written anew.

use serde_json::{Map, Value};

/// A JSON object, without the fields that are not allowed.
///
/// # Errors
/// The first field that is neither allowed nor empty, and why it is refused.
pub(super) fn allow(
    body: Value,
    place: &str,
    allowed: &[&str],
    why: impl Fn(&str) -> &'static str,
) -> Result<Map<String, Value>, String> {
    let Value::Object(fields) = body else {
        return Err(format!("{place}: expected a JSON object"));
    };
    let mut kept = Map::new();
    for (name, value) in fields {
        if allowed.contains(&name.as_str()) {
            kept.insert(name, value);
        } else if !is_empty(&value) {
            return Err(format!("{place}.{name} is refused: {}", why(&name)));
        }
    }
    Ok(kept)
}

/// What clients write for «nothing»: a client that was compiled with all fields sends them all.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(value) => value.as_f64() == Some(0.0),
        Value::String(value) => value.is_empty(),
        Value::Array(values) => values.iter().all(|value| !value.is_array() && !value.is_object() && is_empty(value)),
        Value::Object(fields) => fields.is_empty(),
    }
}

/// The body of `POST /containers/{id}/exec`.
///
/// # Errors
/// The field that is refused, and why.
pub(super) fn exec(body: Value) -> Result<Value, String> {
    const ALLOWED: [&str; 10] =
        ["AttachStdin", "AttachStdout", "AttachStderr", "Cmd", "ConsoleSize", "DetachKeys", "Env", "Tty", "User", "WorkingDir"];
    allow(body, "exec", &ALLOWED, |name| match name {
        "Privileged" => "a command with all capabilities reaches the host",
        _ => "this field is not known here",
    })
    .map(Value::Object)
}

/// The body of `POST /exec/{id}/start`.
///
/// # Errors
/// The field that is refused, and why.
pub(super) fn exec_start(body: Value) -> Result<Value, String> {
    allow(body, "exec", &["Detach", "Tty", "ConsoleSize"], |_| "this field is not known here").map(Value::Object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_privileged_exec_is_refused() {
        let error = exec(json!({"Cmd": ["true"], "Privileged": true})).expect_err("privileged");
        assert!(error.contains("exec.Privileged is refused"), "{error}");
        exec(json!({"Cmd": ["true"], "privileged": true})).expect_err("the engine ignores case");
        assert_eq!(exec(json!({"Cmd": ["true"], "Privileged": false})).unwrap(), json!({"Cmd": ["true"]}));
    }

    #[test]
    fn nothing_is_what_clients_write_for_nothing() {
        for value in [json!(null), json!(false), json!(0), json!(""), json!([]), json!([0, 0]), json!({})] {
            assert!(is_empty(&value), "{value}");
        }
        for value in [json!(-1), json!("x"), json!(["x"]), json!([{}]), json!({"/host": {}})] {
            assert!(!is_empty(&value), "{value}");
        }
    }
}
