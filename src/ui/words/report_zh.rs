//! What a report comes down to, in Chinese.

/// Before the layer and its sentence.
pub fn root_cause() -> &'static str {
    "根本原因："
}

/// Nothing failed; the layers that are worth a look, and those that were not checked.
pub fn sound(warned: &[&str], skipped: &[&str]) -> String {
    let list = |lead: &str, layers: &[&str]| {
        if layers.is_empty() { String::new() } else { format!("；{lead} {}", layers.join(", ")) }
    };
    let end = if warned.is_empty() && skipped.is_empty() { "。" } else { "" };
    format!("未发现故障{}{}{end}", list("请留意", warned), list("未检查", skipped))
}

/// The last line of `--all`.
pub fn count(of: usize, failed: usize) -> String {
    match of {
        0 => "该地域没有带标签 created-by: tidb-pe 的终端节点，即没有由本工具创建的终端节点。".to_owned(),
        _ => format!("共 {of} 个终端节点，其中 {} 个未发现故障。", of - failed),
    }
}
