//! What users can copy, each as they would copy it.

use proptest::prelude::*;

use super::*;

const NAME: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nexample0000000001";

fn three(text: &str) {
    let pasted = parse(text);
    assert_eq!(pasted.service_name.as_deref(), Some(NAME), "{text}");
    assert_eq!(pasted.az_ids, ["ap-southeast-1a", "ap-southeast-1b"], "{text}");
    assert_eq!(pasted.region_id.as_deref(), Some("ap-southeast-1"), "{text}");
}

#[test]
fn the_dialog_in_every_language_and_layout() {
    three(&format!(
        "Service Name: {NAME}\nAvailability Zone ID: ap-southeast-1a, ap-southeast-1b\nRegion ID: ap-southeast-1"
    ));
    three(&format!(
        "Service Name\n{NAME}\n\nAvailability Zone ID\nap-southeast-1a\nap-southeast-1b\nRegion ID\nap-southeast-1\n"
    ));
    three(&format!(
        "服务名称：{NAME}\r\n可用区 ID：ap-southeast-1a，ap-southeast-1b\r\n地域 ID：ap-southeast-1\r\n"
    ));
    three(&format!(
        "サービス名\n{NAME}\nアベイラビリティーゾーン ID\nap-southeast-1a、ap-southeast-1b\nリージョン ID\nap-southeast-1"
    ));
    three(&format!(
        "service name\t{NAME}\navailability zone id\t[\"ap-southeast-1a\",\"ap-southeast-1b\"]\nregion id\tap-southeast-1"
    ));
}

#[test]
fn values_without_labels_are_known_by_their_shape() {
    let pasted = parse(&format!("it says \"{NAME}\" and ap-southeast-1a."));
    assert_eq!(pasted.service_name.as_deref(), Some(NAME));
    assert_eq!(pasted.az_ids, ["ap-southeast-1a"]);
    let aws = parse("com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c");
    assert_eq!(aws.service_name.as_deref(), Some("com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c"));
}

#[test]
fn several_values_are_told_instead_of_taken() {
    const OTHER: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nexample0000000002";
    let texts = [
        format!("Service Name: {NAME}\nService Name: {OTHER}"),
        format!("Service Name: {NAME}\n(not {OTHER})"),
        serde_json::json!([{"serviceName": NAME}, {"serviceName": OTHER}]).to_string(),
    ];
    for text in texts {
        assert_eq!(parse(&text).service_names, [NAME, OTHER], "{text}");
    }
    assert!(parse(&format!("Service Name: {NAME}\n{NAME}")).service_names.is_empty());
    let users = parse("User: 3pTAoNNegb47Uc8.root\nmysql -u '4xYAoNNegb47Uc9.app' -h h -p");
    assert_eq!(users.users, ["3pTAoNNegb47Uc8.root", "4xYAoNNegb47Uc9.app"]);
    assert!(parse("User: 3pTAoNNegb47Uc8.root\nmysql -u root -h h").users.is_empty(), "an example");
    let cluster = |prefix: &str| serde_json::json!({"userPrefix": prefix, "endpoints": {"private": {"alicloud": {"serviceName": NAME}}}});
    let two = serde_json::json!({"clusters": [cluster("3pTAoNNegb47Uc8"), cluster("4xYAoNNegb47Uc9")]});
    assert_eq!(parse(&two.to_string()).users, ["3pTAoNNegb47Uc8.root", "4xYAoNNegb47Uc9.root"]);
}

#[test]
fn json_of_the_api() {
    let cluster = serde_json::json!({
        "clusterId": "1", "userPrefix": "3pTAoNNegb47Uc8",
        "region": {"name": "regions/alicloud-ap-southeast-1", "regionId": "alicloud-ap-southeast-1"},
        "endpoints": {
            "public": {"host": "gateway01.ap-southeast-1.prod.alicloud.tidbcloud.com", "port": 4001},
            "private": {"host": "x", "port": 4000, "alicloud":
                {"serviceName": NAME, "availabilityZone": ["ap-southeast-1a", "ap-southeast-1b"]}}}
    });
    let pasted = parse(&cluster.to_string());
    assert_eq!(pasted.service_name.as_deref(), Some(NAME));
    assert_eq!(pasted.az_ids.len(), 2);
    assert_eq!(pasted.region_id.as_deref(), Some("alicloud-ap-southeast-1"));
    assert_eq!(pasted.user.as_deref(), Some("3pTAoNNegb47Uc8.root"));
    assert_eq!(pasted.port, Some(4000));
    let list = serde_json::json!({"clusters": [{"endpoints": {"private": {"aws": {"serviceName": "no"}}}}, cluster]});
    assert_eq!(parse(&list.to_string()).service_name.as_deref(), Some(NAME));
}

#[test]
fn connection_strings_give_the_login() {
    let rows = [
        "mysql://3pTAoNNegb47Uc8.root:p%40ss%2Fword@ep-x.privatelink.aliyuncs.com:4000/shop?ssl-mode=VERIFY_CA",
        "jdbc:mysql://ep-x:4000/shop?user=3pTAoNNegb47Uc8.root&password=p%40ss%2Fword&sslMode=VERIFY_CA",
        "3pTAoNNegb47Uc8.root:p@ss/word@tcp(ep-x:4000)/shop?tls=tidb",
        "mysql --comments -u '3pTAoNNegb47Uc8.root' -h ep-x -P 4000 -D 'shop' -p'p@ss/word'",
        "mysql --user=3pTAoNNegb47Uc8.root --host=ep-x --port=4000 --database shop --password='p@ss/word'",
        "HOST: ep-x\nPORT: 4000\nUSERNAME: 3pTAoNNegb47Uc8.root\nPASSWORD: p@ss/word\nDATABASE: shop",
        "TIDB_HOST='ep-x'\nTIDB_PORT='4000'\nTIDB_USER='3pTAoNNegb47Uc8.root'\nTIDB_PASSWORD='p@ss/word'\nTIDB_DB_NAME='shop'",
    ];
    for text in rows {
        let pasted = parse(text);
        assert_eq!(pasted.user.as_deref(), Some("3pTAoNNegb47Uc8.root"), "{text}");
        assert_eq!(pasted.password, Some(Secret::new("p@ss/word")), "{text}");
        assert_eq!(pasted.database.as_deref(), Some("shop"), "{text}");
        assert_eq!(pasted.port, Some(4000), "{text}");
    }
}

#[test]
fn placeholders_are_no_passwords() {
    for text in ["<PASSWORD>", "********", "<your_password>", "${PW}", "'<PASSWORD>'", ""] {
        let pasted = parse(&format!("USERNAME: a.root\nPASSWORD: {text}"));
        assert_eq!(pasted.password, None, "{text}");
    }
    assert!(parse("hello\nworld").is_empty());
}

proptest! {
    #[test]
    fn never_panics(text: String) {
        let _ = parse(&text);
    }

    #[test]
    fn never_panics_near_the_grammar(
        text in "(Service Name|可用区 ID|Region ID|mysql|://|@tcp\\(|:|：|=|@|'|\"|%|%zz|\\{|\\[|\n|\t| |a|ー|mysql -u|-p){0,40}"
    ) {
        let _ = parse(&text);
    }

    #[test]
    fn labels_survive_any_spacing(before in "[ \t\r\n]{0,5}", between in "[ \t]{0,3}", after in "[ \t\r\n]{0,5}") {
        let text = format!("{before}Service Name{between}:{between}{NAME}{after}");
        prop_assert_eq!(parse(&text).service_name, Some(NAME.to_owned()));
    }
}
