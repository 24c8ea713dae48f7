//! What stands above, before or between the sentences, in Chinese.

/// Above the plan.
pub fn plan() -> &'static str {
    "执行计划"
}

/// Above what a deletion takes away.
pub fn removal() -> &'static str {
    "删除"
}

/// Before an error.
pub fn error() -> &'static str {
    "错误："
}

/// Before what was cut off.
pub fn cancelled() -> &'static str {
    "已取消："
}

/// Before what to do.
pub fn hint() -> &'static str {
    "建议："
}

/// Before where the log is.
pub fn log() -> &'static str {
    "日志："
}

/// Before the id to quote.
pub fn request_id() -> &'static str {
    "请求 ID："
}

/// Between a heading that ends with a colon and what it is about: the colon has its own room.
pub fn gap() -> &'static str {
    ""
}

/// Above the columns of the endpoints.
pub fn endpoints() -> [&'static str; 8] {
    ["终端节点", "地域", "状态", "连接状态", "VPC", "终端节点服务", "创建者", "名称"]
}

/// Before the values of a connection.
pub fn connection() -> [&'static str; 5] {
    ["主机：", "端口：", "用户：", "数据库：", "SSL 模式："]
}

/// The first place of the drawing.
pub fn this_machine() -> &'static str {
    "本机"
}

/// A zone without an address.
pub fn no_address() -> &'static str {
    "无地址"
}

/// The hop that is broken.
pub fn broken_here(layer: &str) -> String {
    format!("此处不通：{layer}")
}
