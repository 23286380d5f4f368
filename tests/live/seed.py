#!/usr/bin/env python3
"""
Fills an emulator of AWS (moto) with an estate that is half insecure and half secure, the same every time, and writes what
was planted: for each fact the resources that are bad and those that are good.

    python seed.py --endpoint http://127.0.0.1:5100 --truth truth.json [--scale N]

The emulator is reset first, and its random ids are seeded. Steps that it lacks are logged as "GAP ..." and skipped.
"""
import argparse, io, json, sys, time, zipfile, urllib.request, collections
import boto3
from botocore.config import Config

ap = argparse.ArgumentParser()
ap.add_argument("--endpoint", default="http://127.0.0.1:5100")
ap.add_argument("--scale", type=int, default=1)
ap.add_argument("--truth", default="truth.json")
ap.add_argument("--region", default="us-east-1")
a = ap.parse_args()
EP, N, REGION, ACCT = a.endpoint, a.scale, a.region, "123456789012"

urllib.request.urlopen(urllib.request.Request(EP + "/moto-api/reset", method="POST"))
urllib.request.urlopen(urllib.request.Request(EP + "/moto-api/seed?a=42", method="POST"))

CFG = Config(retries={"max_attempts": 1}, connect_timeout=10, read_timeout=120, s3={"addressing_style": "path"})
_c = {}
def C(svc, region=REGION):
    k = (svc, region)
    if k not in _c:
        _c[k] = boto3.client(svc, region_name=region, endpoint_url=EP, aws_access_key_id="testing",
                             aws_secret_access_key="testing", config=CFG)
    return _c[k]

TRUTH = collections.defaultdict(lambda: {"bad": [], "good": []})
COUNT = collections.Counter()
GAPS = []
def fact(name, rid, bad): TRUTH[name]["bad" if bad else "good"].append(rid)
def gap(what, fn):
    try: return fn()
    except Exception as e:
        GAPS.append(what); print(f"GAP {what}: {type(e).__name__} {str(e)[:160]}", file=sys.stderr); return None
def pol(*st): return json.dumps({"Version": "2012-10-17", "Statement": list(st)})
def allow(act, res="*", **kw): return {"Effect": "Allow", "Action": act, "Resource": res, **kw}

def aes(b): C("s3").put_bucket_encryption(Bucket=b, ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})

# ------------------------------------------------------------------ IAM
iam = C("iam")
def seed_iam():
    # account password policy: weak (8 chars, no symbols)
    iam.update_account_password_policy(MinimumPasswordLength=8, RequireSymbols=False, RequireNumbers=True,
        RequireUppercaseCharacters=False, RequireLowercaseCharacters=True, AllowUsersToChangePassword=True)
    fact("iam.password_policy.min14", "account", True); fact("iam.password_policy.lower", "account", False)
    pols = {
        "AdminStar": allow("*"), "IamStar": allow("iam:*"), "S3Full": allow("s3:*"),
        "PassRoleEc2": [allow(["iam:PassRole", "ec2:RunInstances"])],
        "CreatePolVer": allow("iam:CreatePolicyVersion"), "AttachUser": allow("iam:AttachUserPolicy"),
        "AssumeAny": allow("sts:AssumeRole"), "LambdaEsc": allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]),
        "NotActionAdmin": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        "S3ReadOne": allow(["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::estate-0000-0", "arn:aws:s3:::estate-0000-0/*"]),
        "DdbOne": allow(["dynamodb:GetItem", "dynamodb:PutItem"], f"arn:aws:dynamodb:{REGION}:{ACCT}:table/estate-0"),
        "LogsWrite": allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"arn:aws:logs:{REGION}:{ACCT}:log-group:/aws/lambda/*:*"),
        "KmsDecryptAll": allow(["kms:Decrypt", "kms:ReEncryptFrom"]),
        "AdminDenied": None,   # Allow * with an explicit Deny of everything but s3:Get*
        "CloudtrailStar": allow("cloudtrail:*"), "KmsStar": allow("kms:*"), "Unattached": allow("*"),
    }
    ids = {}
    for n, s in pols.items():
        if n == "AdminDenied":
            doc = pol(allow("*"), {"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"})
        else:
            doc = pol(*(s if isinstance(s, list) else [s]))
        ids[n] = iam.create_policy(PolicyName=f"estate-{n}", PolicyDocument=doc)["Policy"]["Arn"]; COUNT["iam.policy"] += 1
    for n in ("AdminStar", "Unattached"): fact("iam.policy.admin", ids[n], True)
    fact("iam.policy.effectively_admin", ids["AdminDenied"], False)       # string matchers say admin; a reasoner must not
    for n in ("PassRoleEc2", "CreatePolVer", "AttachUser", "LambdaEsc", "IamStar"): fact("iam.policy.privesc", ids[n], True)
    for n in ("S3ReadOne", "DdbOne", "LogsWrite"): fact("iam.policy.privesc", ids[n], False); fact("iam.policy.admin", ids[n], False)
    names = list(ids)
    for i in range(40 * N):
        u = f"user-{i:04d}"; iam.create_user(UserName=u, Tags=[{"Key": "team", "Value": f"t{i%7}"}]); COUNT["iam.user"] += 1
        keys = (0, 1, 1, 2)[i % 4]
        for _ in range(keys): iam.create_access_key(UserName=u); COUNT["iam.access_key"] += 1
        fact("iam.user.two_active_keys", u, keys == 2)
        if i % 3 == 0:
            iam.create_login_profile(UserName=u, Password="Passw0rd!23x", PasswordResetRequired=False)
            mfa = i % 2 == 0
            if mfa:
                d = iam.create_virtual_mfa_device(VirtualMFADeviceName=u)["VirtualMFADevice"]
                iam.enable_mfa_device(UserName=u, SerialNumber=d["SerialNumber"], AuthenticationCode1="123456", AuthenticationCode2="654321")
            fact("iam.user.console_without_mfa", u, not mfa)
        if i % 5 == 0: iam.attach_user_policy(UserName=u, PolicyArn=ids[names[(i // 5) % (len(names) - 1)]]); fact("iam.user.attached_policy", u, True)
        elif i % 5 == 1: iam.put_user_policy(UserName=u, PolicyName="inline", PolicyDocument=pol(allow(["s3:GetObject"], "arn:aws:s3:::estate-0000-0/*"))); fact("iam.user.attached_policy", u, True)
        elif i % 10 == 2: iam.put_user_policy(UserName=u, PolicyName="inline-admin", PolicyDocument=pol(allow("*"))); fact("iam.inline_admin", u, True); fact("iam.user.attached_policy", u, True)
        else: fact("iam.user.attached_policy", u, False)
    for g in range(6):
        iam.create_group(GroupName=f"grp-{g}"); iam.attach_group_policy(GroupName=f"grp-{g}", PolicyArn=ids[names[g]]); COUNT["iam.group"] += 1
        for i in range(g, 40 * N, 12): iam.add_user_to_group(GroupName=f"grp-{g}", UserName=f"user-{i:04d}")
    T = lambda p, **cond: pol({"Effect": "Allow", "Principal": p, "Action": "sts:AssumeRole", **({"Condition": cond} if cond else {})})
    W = lambda p, c=None: pol({"Effect": "Allow", "Principal": {"Federated": p}, "Action": "sts:AssumeRoleWithWebIdentity", **({"Condition": c} if c else {})})
    gh = f"arn:aws:iam::{ACCT}:oidc-provider/token.actions.githubusercontent.com"
    gap("iam.oidc", lambda: iam.create_open_id_connect_provider(Url="https://token.actions.githubusercontent.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["6938fd4d98bab03faadb97b34396831e3780aea1"]))
    trusts = [
        ("ec2", T({"Service": "ec2.amazonaws.com"}), False), ("lambda", T({"Service": "lambda.amazonaws.com"}), False),
        ("extacct", T({"AWS": "arn:aws:iam::999988887777:root"}), True),
        ("extid", T({"AWS": "arn:aws:iam::999988887777:root"}, StringEquals={"sts:ExternalId": "x-1"}), True),
        ("anyone", T({"AWS": "*"}), True), ("orgonly", T({"AWS": "*"}, StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}), False),
        ("selfroot", T({"AWS": f"arn:aws:iam::{ACCT}:root"}), False),
        ("ghwild", W(gh, {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"}}), True),
        ("ghone", W(gh, {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com", "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"}}), False),
        ("config", T({"Service": "config.amazonaws.com"}), False), ("ecs", T({"Service": "ecs-tasks.amazonaws.com"}), False),
        ("ghnosub", W(gh, {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}), True),
    ]
    for i in range(60 * N):
        k, t, bad = trusts[i % len(trusts)]; r = f"role-{k}-{i:04d}"
        iam.create_role(RoleName=r, AssumeRolePolicyDocument=t, MaxSessionDuration=3600); COUNT["iam.role"] += 1
        fact("iam.role.external_trust", r, bad)
        iam.attach_role_policy(RoleName=r, PolicyArn=ids[names[i % (len(names) - 1)]])
        if i % 6 == 0: iam.put_role_policy(RoleName=r, PolicyName="inl", PolicyDocument=pol(allow(["s3:*", "ec2:Describe*"])))
        if i % len(trusts) == 0:
            iam.create_instance_profile(InstanceProfileName=r); iam.add_role_to_instance_profile(InstanceProfileName=r, RoleName=r)
    iam.create_role(RoleName="support", AssumeRolePolicyDocument=T({"AWS": f"arn:aws:iam::{ACCT}:root"}))
    return ids

# ------------------------------------------------------------------ S3
def seed_s3(kms_arn):
    s3 = C("s3"); s3.create_bucket(Bucket="estate-logs"); aes("estate-logs")
    s3.put_bucket_policy(Bucket="estate-logs", Policy=pol({"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::estate-logs/*"}))
    for i in range(80 * N):
        b = f"estate-{i:04d}-{i%10}"; k = i % 10; s3.create_bucket(Bucket=b); COUNT["s3.bucket"] += 1
        pab = k in (0, 1, 2, 5)
        if pab: s3.put_public_access_block(Bucket=b, PublicAccessBlockConfiguration=dict(BlockPublicAcls=True, IgnorePublicAcls=True, BlockPublicPolicy=True, RestrictPublicBuckets=True))
        elif k == 6: s3.put_public_access_block(Bucket=b, PublicAccessBlockConfiguration=dict(BlockPublicAcls=True, IgnorePublicAcls=False, BlockPublicPolicy=False, RestrictPublicBuckets=False))
        fact("s3.pab_all_four", b, not pab)
        enc = "kms" if k in (0, 1) else "aes"    # AWS answers AES256 for every bucket since January 2023
        if enc == "kms": s3.put_bucket_encryption(Bucket=b, ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": kms_arn}, "BucketKeyEnabled": True}]})
        elif enc: s3.put_bucket_encryption(Bucket=b, ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
        fact("s3.kms", b, enc != "kms")
        ver = k in (0, 1, 2)
        if ver: s3.put_bucket_versioning(Bucket=b, VersioningConfiguration={"Status": "Enabled", **({"MFADelete": "Enabled"} if k == 0 else {})})
        fact("s3.versioning", b, not ver); fact("s3.mfa_delete", b, k != 0)
        log = k in (0, 2, 4)
        if log: gap("s3.logging", lambda: s3.put_bucket_logging(Bucket=b, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "estate-logs", "TargetPrefix": b + "/"}}))
        fact("s3.logging", b, not log)
        A, O = f"arn:aws:s3:::{b}", f"arn:aws:s3:::{b}/*"
        tls = {"Sid": "tls", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [A, O], "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
        pub = None
        if k in (0, 1): st = [tls]
        elif k == 3: st = [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": O}]; pub = True
        elif k == 4: st = [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["s3:PutObject", "s3:DeleteObject"], "Resource": O}]; pub = True
        elif k == 5: st = [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": O}]; pub = False      # public policy but PAB blocks it
        elif k == 7: st = [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": O, "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}}}, tls]; pub = False
        elif k == 8: st = [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": "s3:*", "Resource": [A, O]}]
        elif k == 9: st = [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": O, "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}]; pub = True   # condition that restricts nothing
        else: st = None
        if st: s3.put_bucket_policy(Bucket=b, Policy=pol(*st))
        if k == 6: s3.put_bucket_acl(Bucket=b, ACL="public-read"); pub = True    # BlockPublicAcls stops new ACLs, IgnorePublicAcls off
        fact("s3.public", b, bool(pub)); fact("s3.tls_only", b, k not in (0, 1, 7)); fact("s3.cross_account", b, k == 8)
        if k in (0, 1): s3.put_bucket_lifecycle_configuration(Bucket=b, LifecycleConfiguration={"Rules": [{"ID": "x", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 400}}]})
        s3.put_bucket_tagging(Bucket=b, Tagging={"TagSet": [{"Key": "data", "Value": "critical" if k < 3 else "normal"}]})
    fact("s3.account_pab", ACCT, True)      # never set

# ------------------------------------------------------------------ network + EC2
def seed_net():
    ec2 = C("ec2"); out = {"subnets": [], "vpcs": []}
    for v in range(3 * N):
        vpc = ec2.create_vpc(CidrBlock=f"10.{v%250}.0.0/16")["Vpc"]["VpcId"]; out["vpcs"].append(vpc); COUNT["ec2.vpc"] += 1
        igw = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]; ec2.attach_internet_gateway(InternetGatewayId=igw, VpcId=vpc)
        pub_rt = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]; ec2.create_route(RouteTableId=pub_rt, DestinationCidrBlock="0.0.0.0/0", GatewayId=igw)
        nat = None
        for t, kind in enumerate(("public", "app", "db", "public", "app", "db")):
            s = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.{v%250}.{t}.0/24", AvailabilityZone=REGION + "ab"[t // 3])["Subnet"]["SubnetId"]; COUNT["ec2.subnet"] += 1
            if kind == "public":
                ec2.associate_route_table(RouteTableId=pub_rt, SubnetId=s); ec2.modify_subnet_attribute(SubnetId=s, MapPublicIpOnLaunch={"Value": True})
                fact("vpc.subnet_auto_public_ip", s, True)
                if nat is None:
                    eip = ec2.allocate_address(Domain="vpc")["AllocationId"]; nat = ec2.create_nat_gateway(SubnetId=s, AllocationId=eip)["NatGateway"]["NatGatewayId"]
            else:
                fact("vpc.subnet_auto_public_ip", s, False)
                if kind == "app":
                    rt = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]; ec2.create_route(RouteTableId=rt, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat); ec2.associate_route_table(RouteTableId=rt, SubnetId=s)
            out["subnets"].append((s, kind, vpc, v))
        fl = v % 3 == 0
        if fl:
            C("logs").create_log_group(logGroupName=f"flow-{v}")
            gap("ec2.flow_logs", lambda: ec2.create_flow_logs(ResourceIds=[vpc], ResourceType="VPC", TrafficType="ALL", LogGroupName=f"flow-{v}", DeliverLogsPermissionArn=f"arn:aws:iam::{ACCT}:role/role-ec2-0000"))
        fact("vpc.flow_logs", vpc, not fl)
        if v % 3 == 1:
            acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
            ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Protocol="6", RuleAction="allow", Egress=False, CidrBlock="0.0.0.0/0", PortRange={"From": 22, "To": 22}); fact("nacl.ssh_world", acl, True)
        if v % 3 == 0:
            gap("ec2.vpce", lambda: ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", RouteTableIds=[pub_rt])); fact("vpc.s3_endpoint", vpc, False)
        else: fact("vpc.s3_endpoint", vpc, True)
    # 60 security groups
    kinds = [  # name, rules, ssh_open, rdp_open, all_open, db_open
        ("ssh4", [("tcp", 22, 22, "0.0.0.0/0", None)], 1, 0, 0, 0), ("rdp4", [("tcp", 3389, 3389, "0.0.0.0/0", None)], 0, 1, 0, 0),
        ("db4", [("tcp", 3306, 3306, "0.0.0.0/0", None)], 0, 0, 0, 1), ("all4", [("-1", None, None, "0.0.0.0/0", None)], 1, 1, 1, 1),
        ("ssh6", [("tcp", 22, 22, None, "::/0")], 1, 0, 0, 0), ("web", [("tcp", 443, 443, "0.0.0.0/0", "::/0"), ("tcp", 80, 80, "0.0.0.0/0", None)], 0, 0, 0, 0),
        ("corp", [("tcp", 22, 22, "203.0.113.0/24", None)], 0, 0, 0, 0), ("range", [("tcp", 20, 4000, "0.0.0.0/0", None)], 1, 1, 0, 1),
        ("split", [("tcp", 22, 22, "0.0.0.0/1", None), ("tcp", 22, 22, "128.0.0.0/1", None)], 1, 0, 0, 0),   # two halves = the world
        ("app", [("tcp", 8080, 8080, "10.0.0.0/8", None)], 0, 0, 0, 0), ("all6", [("-1", None, None, None, "::/0")], 1, 1, 1, 1), ("none", [], 0, 0, 0, 0),
    ]
    sgs = []
    for i in range(60 * N):
        n, rules, ssh, rdp, al, db = kinds[i % len(kinds)]; vpc = out["vpcs"][i % len(out["vpcs"])]
        g = ec2.create_security_group(GroupName=f"sg-{n}-{i:04d}", Description=n, VpcId=vpc)["GroupId"]; COUNT["ec2.security_group"] += 1
        for proto, f, to, v4, v6 in rules:
            p = {"IpProtocol": proto, **({"FromPort": f, "ToPort": to} if f is not None else {})}
            if v4: p["IpRanges"] = [{"CidrIp": v4}]
            if v6: p["Ipv6Ranges"] = [{"CidrIpv6": v6}]
            ec2.authorize_security_group_ingress(GroupId=g, IpPermissions=[p])
        for nm, b in (("ssh", ssh), ("rdp", rdp), ("all", al), ("db", db)): fact(f"sg.{nm}_world", g, bool(b))
        sgs.append((g, n, vpc))
    # instances
    kp = C("ec2"); prof = "role-ec2-0000"
    ami = ec2.register_image(Name="base", Architecture="x86_64", RootDeviceName="/dev/sda1", VirtualizationType="hvm", BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8}}])["ImageId"]
    own = None
    for i in range(20 * N):
        s, kind, vpc, v = out["subnets"][(i * 5) % len(out["subnets"])]
        g = [x for x in sgs if x[2] == vpc][i % max(1, len([x for x in sgs if x[2] == vpc]))]
        imds2 = i % 2 == 0; profile = i % 3 != 0
        r = ec2.run_instances(ImageId=ami, MinCount=1, MaxCount=1, InstanceType="t3.micro", SubnetId=s, SecurityGroupIds=[g[0]],
            MetadataOptions={"HttpTokens": "required" if imds2 else "optional", "HttpEndpoint": "enabled"},
            UserData="#!/bin/sh\nexport AWS_ACCESS_KEY_ID=AKIAQ3EGRT7U3LMN5PX2\nexport AWS_SECRET_ACCESS_KEY=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\nexport DB_PASSWORD=Vr7xKq92LmTz4\n" if i % 7 == 3 else "#!/bin/sh\necho hi\n",
            **({"IamInstanceProfile": {"Name": prof}} if profile else {}), Monitoring={"Enabled": i % 4 == 0},
            BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8, "Encrypted": i % 2 == 0}}])
        iid = r["Instances"][0]["InstanceId"]; COUNT["ec2.instance"] += 1
        fact("ec2.imdsv2", iid, not imds2); fact("ec2.instance_profile", iid, not profile); fact("ec2.userdata_secret", iid, i % 7 == 3)
        fact("ec2.public_ip", iid, kind == "public")
        fact("ec2.ssh_reachable_from_internet", iid, kind == "public" and g[1] in ("ssh4", "all4", "range", "split"))
        if own is None: own = iid
    for i in range(30 * N):
        v = ec2.create_volume(AvailabilityZone=REGION + "a", Size=10, Encrypted=i % 3 != 0); COUNT["ec2.volume"] += 1; fact("ebs.encrypted", v["VolumeId"], i % 3 == 0)
        if i < 16 * N:
            sn = ec2.create_snapshot(VolumeId=v["VolumeId"], Description=f"snap {i}")["SnapshotId"]; COUNT["ec2.snapshot"] += 1
            if i % 8 == 0: ec2.modify_snapshot_attribute(SnapshotId=sn, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"])
            fact("ebs.public_snapshot", sn, i % 8 == 0)
    for i in range(4 * N):
        im = gap("ec2.create_image", lambda: ec2.create_image(InstanceId=own, Name=f"ami-{i}"))
        if im:
            if i % 2 == 0: ec2.modify_image_attribute(ImageId=im["ImageId"], LaunchPermission={"Add": [{"Group": "all"}]})
            fact("ec2.public_ami", im["ImageId"], i % 2 == 0)
    for i in range(3 * N): ec2.allocate_address(Domain="vpc"); COUNT["ec2.eip_unused"] += 1
    fact("ebs.default_encryption", REGION, True)
    out["sgs"] = sgs
    return out

# ------------------------------------------------------------------ data services
def seed_data(net):
    kms = C("kms"); keys = []
    for i in range(20 * N):
        pub = i % 10 == 7
        k = kms.create_key(Description=f"k{i}", **({"Policy": pol({"Effect": "Allow", "Principal": "*" if pub else {"AWS": f"arn:aws:iam::{ACCT}:root"}, "Action": "kms:*", "Resource": "*"})}))["KeyMetadata"]; COUNT["kms.key"] += 1
        rot = i % 2 == 0
        if rot: kms.enable_key_rotation(KeyId=k["KeyId"])
        fact("kms.rotation", k["KeyId"], not rot); fact("kms.public_policy", k["KeyId"], pub)
        if i % 9 == 5: kms.schedule_key_deletion(KeyId=k["KeyId"], PendingWindowInDays=7); fact("kms.pending_deletion", k["KeyId"], True)
        keys.append(k["Arn"])
    rds = C("rds"); subs = {}
    for s, kind, vpc, v in net["subnets"]: subs.setdefault((v, kind), []).append(s)
    for v in range(len(net["vpcs"])):
        for kind in ("public", "db"): gap("rds.subnet_group", lambda: rds.create_db_subnet_group(DBSubnetGroupName=f"{kind}-{v}", DBSubnetGroupDescription="x", SubnetIds=subs[(v, kind)]))
    for i in range(16 * N):
        n = f"db-{i:03d}"; pub = i % 4 == 0; enc = i % 2 == 1; v = i % len(net["vpcs"]); sg = [g for g, k, vp in net["sgs"] if vp == net["vpcs"][v]][i % 8]
        rds.create_db_instance(DBInstanceIdentifier=n, DBInstanceClass="db.t3.micro", Engine=("mysql", "postgres")[i % 2], MasterUsername="admin" if i % 3 else "dbroot", MasterUserPassword="Secretpw123!",
            AllocatedStorage=20, PubliclyAccessible=pub, StorageEncrypted=enc, MultiAZ=i % 3 == 0, BackupRetentionPeriod=0 if i % 5 == 0 else 7, DeletionProtection=i % 3 == 1,
            AutoMinorVersionUpgrade=i % 2 == 0, DBSubnetGroupName=f"{'public' if i % 3 == 0 else 'db'}-{v}", VpcSecurityGroupIds=[sg], EnableIAMDatabaseAuthentication=i % 2 == 0, CopyTagsToSnapshot=False)
        COUNT["rds.instance"] += 1; fact("rds.public", n, pub); fact("rds.encrypted", n, not enc); fact("rds.public_subnet", n, i % 3 == 0); fact("rds.backup", n, i % 5 == 0)
        if i % 4 == 0:
            rds.create_db_snapshot(DBSnapshotIdentifier=f"snap-{i}", DBInstanceIdentifier=n); 
            if i % 8 == 0: gap("rds.modify_snapshot", lambda: rds.modify_db_snapshot_attribute(DBSnapshotIdentifier=f"snap-{i}", AttributeName="restore", ValuesToAdd=["all"]))
            fact("rds.public_snapshot", f"snap-{i}", i % 8 == 0)
    ddb = C("dynamodb")
    for i in range(12 * N):
        ddb.create_table(TableName=f"estate-{i}", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
            **({"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": keys[0]}} if i % 3 == 0 else {}), DeletionProtectionEnabled=i % 2 == 0); COUNT["dynamodb.table"] += 1
        fact("dynamodb.cmk", f"estate-{i}", i % 3 != 0)
        if i % 2 == 0: gap("ddb.pitr", lambda: ddb.update_continuous_backups(TableName=f"estate-{i}", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}))
        fact("dynamodb.pitr", f"estate-{i}", i % 2 == 1)
    sm = C("secretsmanager")
    for i in range(16 * N):
        sm.create_secret(Name=f"secret-{i}", SecretString="x", **({"KmsKeyId": keys[0]} if i % 2 else {})); COUNT["secretsmanager.secret"] += 1
        if i % 4 == 1: gap("sm.policy", lambda: sm.put_resource_policy(SecretId=f"secret-{i}", ResourcePolicy=pol({"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"})))
        fact("secretsmanager.public", f"secret-{i}", i % 4 == 1)
        fact("secretsmanager.rotation", f"secret-{i}", i % 3 != 0)
    sqs, sns = C("sqs"), C("sns")
    for i in range(20 * N):
        arn = f"arn:aws:sqs:{REGION}:{ACCT}:q-{i}"; attr = {}
        if i % 4 == 0: attr["Policy"] = pol({"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": arn})
        elif i % 4 == 1: attr["Policy"] = pol({"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:{REGION}:{ACCT}:t-0"}}})
        if i % 2: attr["KmsMasterKeyId"] = "alias/aws/sqs"
        sqs.create_queue(QueueName=f"q-{i}", Attributes=attr); COUNT["sqs.queue"] += 1; fact("sqs.public", f"q-{i}", i % 4 == 0); fact("sqs.kms", f"q-{i}", i % 2 == 0)    # SSE-SQS is AWS's default
    for i in range(12 * N):
        t = sns.create_topic(Name=f"t-{i}", Attributes={"KmsMasterKeyId": "alias/aws/sns"} if i % 2 else {})["TopicArn"]; COUNT["sns.topic"] += 1
        if i % 4 == 0: sns.set_topic_attributes(TopicArn=t, AttributeName="Policy", AttributeValue=pol({"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": t}))
        fact("sns.public", t, i % 4 == 0); fact("sns.encrypted", t, i % 2 == 0)
    ecr = C("ecr")
    for i in range(12 * N):
        ecr.create_repository(repositoryName=f"repo-{i}", imageScanningConfiguration={"scanOnPush": i % 2 == 0}, imageTagMutability="IMMUTABLE" if i % 3 == 0 else "MUTABLE"); COUNT["ecr.repository"] += 1
        fact("ecr.scan_on_push", f"repo-{i}", i % 2 == 1)
        if i % 4 == 0: ecr.set_repository_policy(repositoryName=f"repo-{i}", policyText=pol({"Effect": "Allow", "Principal": "*", "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]}))
        fact("ecr.public", f"repo-{i}", i % 4 == 0)
    z = io.BytesIO(); zf = zipfile.ZipFile(z, "w"); zi = zipfile.ZipInfo("index.py", (2020, 1, 1, 0, 0, 0)); zf.writestr(zi, "def handler(e,c): return 1\n"); zf.close()
    lam = C("lambda")
    for i in range(24 * N):
        bad = i % 6 == 2
        lam.create_function(FunctionName=f"fn-{i}", Runtime=("python3.12", "python3.8", "nodejs14.x", "nodejs20.x")[i % 4], Role=f"arn:aws:iam::{ACCT}:role/role-lambda-0001", Handler="index.handler", Code={"ZipFile": z.getvalue()},
            Environment={"Variables": {"DB_PASSWORD": "hunter2-very-secret", "AWS_KEY": "AKIAQ3EGRT7U3LMN5PX2"} if bad else {"STAGE": "prod"}}, TracingConfig={"Mode": "Active" if i % 2 else "PassThrough"},
            **({"VpcConfig": {"SubnetIds": subs[(0, "app")], "SecurityGroupIds": [net["sgs"][0][0]]}} if i % 3 == 0 else {})); COUNT["lambda.function"] += 1
        fact("lambda.secret_in_env", f"fn-{i}", bad); fact("lambda.obsolete_runtime", f"fn-{i}", i % 4 in (1, 2))
        if i % 8 == 1: lam.add_permission(FunctionName=f"fn-{i}", StatementId="pub", Action="lambda:InvokeFunction", Principal="*")
        fact("lambda.public", f"fn-{i}", i % 8 == 1)
        if i % 12 == 5: gap("lambda.url", lambda: lam.create_function_url_config(FunctionName=f"fn-{i}", AuthType="NONE"))
    for i in range(0, 16 * N, 3): gap("sm.rotate", lambda: sm.rotate_secret(SecretId=f"secret-{i}", RotationLambdaARN=f"arn:aws:lambda:{REGION}:{ACCT}:function:fn-0", RotationRules={"AutomaticallyAfterDays": 30}))
    eks = C("eks")
    for i in range(3):
        pub = i % 2 == 0
        gap("eks", lambda: eks.create_cluster(name=f"eks-{i}", version="1.31", roleArn=f"arn:aws:iam::{ACCT}:role/role-ec2-0000", resourcesVpcConfig={"subnetIds": subs[(0, "app")], "endpointPublicAccess": pub, "endpointPrivateAccess": not pub, "publicAccessCidrs": ["0.0.0.0/0"] if pub else []},
            **({} if pub else {"encryptionConfig": [{"resources": ["secrets"], "provider": {"keyArn": keys[0]}}], "logging": {"clusterLogging": [{"types": ["api", "audit", "authenticator", "controllerManager", "scheduler"], "enabled": True}]}}))); COUNT["eks.cluster"] += 1
        fact("eks.public_endpoint", f"eks-{i}", pub)
    elb = C("elbv2")
    pubsub = subs[(0, "public")]
    acm = C("acm"); cert = acm.request_certificate(DomainName="www.example.com", ValidationMethod="DNS")["CertificateArn"]
    acm.request_certificate(DomainName="*.example.com", ValidationMethod="DNS"); COUNT["acm.certificate"] += 2
    for i in range(6):
        lb = elb.create_load_balancer(Name=f"lb-{i}", Subnets=pubsub, Scheme="internet-facing" if i % 2 == 0 else "internal", Type="application", SecurityGroups=[net["sgs"][0][0]])["LoadBalancers"][0]["LoadBalancerArn"]; COUNT["elbv2.lb"] += 1
        tg = elb.create_target_group(Name=f"tg-{i}", Protocol="HTTP", Port=80, VpcId=net["vpcs"][0], TargetType="instance")["TargetGroups"][0]["TargetGroupArn"]
        if i % 3 == 0: elb.create_listener(LoadBalancerArn=lb, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": tg}])
        elif i % 3 == 1: elb.create_listener(LoadBalancerArn=lb, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}])
        if i % 3 != 0: elb.create_listener(LoadBalancerArn=lb, Protocol="HTTPS", Port=443, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06" if i % 2 else "ELBSecurityPolicy-2016-08", Certificates=[{"CertificateArn": cert}], DefaultActions=[{"Type": "forward", "TargetGroupArn": tg}])
        fact("elbv2.http_plain", lb, i % 3 == 0); fact("elbv2.old_tls", lb, i % 3 != 0 and i % 2 == 0)
    return keys

# ------------------------------------------------------------------ logging & detection
def seed_log(keys):
    s3, ct, cw, logs = C("s3"), C("cloudtrail"), C("cloudwatch"), C("logs")
    def tp(b): return pol({"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": ["s3:GetBucketAcl", "s3:PutObject"], "Resource": [f"arn:aws:s3:::{b}", f"arn:aws:s3:::{b}/*"]})
    for i in range(4):
        b = f"trail-{i}"; s3.create_bucket(Bucket=b); aes(b); s3.put_bucket_policy(Bucket=b, Policy=tp(b))
        lg = f"trail-lg-{i}"; logs.create_log_group(logGroupName=lg)
        if i == 0: logs.put_retention_policy(logGroupName=lg, retentionInDays=365)
        good = i == 0
        t = ct.create_trail(Name=f"trail-{i}", S3BucketName=b, IsMultiRegionTrail=i in (0, 1), IncludeGlobalServiceEvents=True, EnableLogFileValidation=good,
            **({"KmsKeyId": keys[0]} if good else {}), **({"CloudWatchLogsLogGroupArn": f"arn:aws:logs:{REGION}:{ACCT}:log-group:{lg}:*", "CloudWatchLogsRoleArn": f"arn:aws:iam::{ACCT}:role/role-ec2-0000"} if i in (0, 2) else {})); COUNT["cloudtrail.trail"] += 1
        if i != 3: ct.start_logging(Name=f"trail-{i}")
        fact("cloudtrail.validation", f"trail-{i}", not good); fact("cloudtrail.kms", f"trail-{i}", not good); fact("cloudtrail.logging", f"trail-{i}", i == 3)
    sns = C("sns"); topic = sns.create_topic(Name="alarms")["TopicArn"]; sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="sec@example.com")
    filters = {
      "UnauthorizedApi": '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
      "NoMfaConsole": '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }',
      "RootUsage": '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
      "IamChanges": '{($.eventName=DeleteGroupPolicy)||($.eventName=DeleteRolePolicy)||($.eventName=DeleteUserPolicy)||($.eventName=PutGroupPolicy)||($.eventName=PutRolePolicy)||($.eventName=PutUserPolicy)||($.eventName=CreatePolicy)||($.eventName=DeletePolicy)||($.eventName=CreatePolicyVersion)||($.eventName=DeletePolicyVersion)||($.eventName=AttachRolePolicy)||($.eventName=DetachRolePolicy)||($.eventName=AttachUserPolicy)||($.eventName=DetachUserPolicy)||($.eventName=AttachGroupPolicy)||($.eventName=DetachGroupPolicy)}',
      "CloudTrailChanges": '{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) || ($.eventName = StopLogging) }',
      "ConsoleFail": '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
      "S3Policy": '{ ($.eventSource = s3.amazonaws.com) && (($.eventName = PutBucketAcl) || ($.eventName = PutBucketPolicy) || ($.eventName = DeleteBucketPolicy)) }',
    }   # 7 of the 15 CIS filters exist, the other 8 are missing on purpose
    for i, (n, p) in enumerate(filters.items()):
        logs.put_metric_filter(logGroupName="trail-lg-0", filterName=n, filterPattern=p, metricTransformations=[{"metricName": n, "metricNamespace": "CIS", "metricValue": "1"}])
        alarm = n != "ConsoleFail"       # filter without alarm
        if alarm: cw.put_metric_alarm(AlarmName=n, MetricName=n, Namespace="CIS", Statistic="Sum", Period=300, EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold", AlarmActions=[topic])
        fact("alarm." + n, "trail-lg-0", not alarm); COUNT["cloudwatch.alarm"] += alarm
    for n in ("ConfigChanges", "SgChanges", "NaclChanges", "GatewayChanges", "RouteChanges", "VpcChanges", "KmsDisable", "OrgChanges"): fact("alarm." + n, "trail-lg-0", True)
    cfg = C("config")
    gap("config.recorder", lambda: cfg.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": f"arn:aws:iam::{ACCT}:role/role-config-0009", "recordingGroup": {"allSupported": False, "includeGlobalResourceTypes": False, "resourceTypes": ["AWS::EC2::Instance"]}}))
    s3.create_bucket(Bucket="config-logs"); aes("config-logs")
    gap("config.channel", lambda: cfg.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "config-logs"}))
    gap("config.start", lambda: cfg.start_configuration_recorder(ConfigurationRecorderName="default"))
    gap("guardduty", lambda: C("guardduty").create_detector(Enable=False)); fact("guardduty.enabled", REGION, True)
    gap("securityhub", lambda: C("securityhub").enable_security_hub(EnableDefaultStandards=False)); fact("securityhub.enabled", REGION, False)
    gap("accessanalyzer", lambda: C("accessanalyzer").create_analyzer(analyzerName="x", type="ACCOUNT"))
    gap("ssm.param", lambda: C("ssm").put_parameter(Name="/app/pw", Value="hunter2", Type="String"))
    gap("backup.vault", lambda: C("backup").create_backup_vault(BackupVaultName="v"))
    gap("cfn", lambda: C("cloudformation").create_stack(StackName="st", TemplateBody=json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Pw": {"Value": "password=hunter2hunter2"}}})))
    gap("apigw", lambda: C("apigateway").create_rest_api(name="api"))
    gap("waf", lambda: C("wafv2").create_web_acl(Name="acl", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig={"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}, Rules=[]))
    gap("asg", lambda: C("autoscaling").describe_auto_scaling_groups())
    gap("efs", lambda: [C("efs").create_file_system(CreationToken=f"e{i}", Encrypted=bool(i)) for i in (0, 1)])
    gap("opensearch", lambda: C("opensearch").create_domain(DomainName="os-1"))
    gap("redshift", lambda: C("redshift").create_cluster(ClusterIdentifier="rs", NodeType="dc2.large", MasterUsername="admin", MasterUserPassword="Passw0rdx", PubliclyAccessible=True))
    gap("elasticache", lambda: C("elasticache").create_cache_cluster(CacheClusterId="ec", CacheNodeType="cache.t3.micro", Engine="redis", NumCacheNodes=1))
    gap("codebuild", lambda: C("codebuild").create_project(name="cb", source={"type": "S3", "location": "estate-logs/x.zip"}, artifacts={"type": "NO_ARTIFACTS"}, environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL", "environmentVariables": [{"name": "AWS_SECRET_ACCESS_KEY", "value": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "type": "PLAINTEXT"}]}, serviceRole=f"arn:aws:iam::{ACCT}:role/role-ec2-0000"))
    gap("ecs", lambda: (C("ecs").create_cluster(clusterName="c"), C("ecs").register_task_definition(family="td", containerDefinitions=[{"name": "a", "image": "x", "memory": 128, "privileged": True, "environment": [{"name": "DB_PASSWORD", "value": "hunter2hunter2"}]}])))
    gap("r53", lambda: C("route53").create_hosted_zone(Name="example.com", CallerReference="1"))
    gap("cognito", lambda: C("cognito-idp").create_user_pool(PoolName="p"))

t0 = time.time()
def step(n, f, *x):
    t = time.time(); r = f(*x); print(f"{n}: {time.time()-t:.1f}s", file=sys.stderr); return r
step("iam", seed_iam); net = step("net", seed_net); keys = step("data", seed_data, net); step("s3", seed_s3, keys[0]); step("log", seed_log, keys)
json.dump({"scale": N, "counts": dict(COUNT), "gaps": GAPS, "facts": TRUTH}, open(a.truth, "w"), indent=1, sort_keys=True)
print(json.dumps({"scale": N, "resources": sum(COUNT.values()), "counts": dict(COUNT), "gaps": GAPS, "facts": {k: [len(v["bad"]), len(v["good"])] for k, v in TRUTH.items()}, "seconds": round(time.time() - t0, 1)}, indent=1))
