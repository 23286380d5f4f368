//! How fast folders of Bicep become raw resources, and that the cost is linear in their number: deployments that call a
//! common module, with variables, loops, lambdas, conditions and an import. `REDAN_BENCH_TREE=DIR` measures that folder too.
#![expect(clippy::unwrap_used, reason = "a bench may fail")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use redan_bicep::{Input, Options, load};
use redan_model::Sources;

const SHARED: &str = "\
@export()
func tagged(name string) object => { name: toLower(name), team: 'core' }
@export()
var ports = [443, 8080]
";

const MODULE: &str = "\
import { ports, tagged } from '../shared.bicep'
param name string
param open bool = false
param rules { name: string, port: int }[]
var all = concat(rules, map(ports, port => { name: 'p${port}', port: port }))
resource group 'Microsoft.Network/networkSecurityGroups@2023-09-01' = {
  name: '${name}-nsg'
  location: resourceGroup().location
  tags: tagged(name)
  properties: {
    securityRules: [for (rule, index) in all: {
      name: rule.name
      properties: {
        access: open ? 'Allow' : 'Deny'
        direction: 'Inbound'
        priority: 100 + index
        protocol: 'Tcp'
        destinationPortRange: string(rule.port)
        sourceAddressPrefix: '*'
      }
    }]
  }
}
output id string = group.id
";

const ROOT: &str = "\
param prefix string = 'shop'
var names = ['web', 'api', 'jobs']
module groups '../common/group.bicep' = [for name in names: {
  name: 'group-${name}'
  params: { name: '${prefix}-${name}', open: name == 'web', rules: [{ name: 'ssh', port: 22 }] }
}]
resource store 'Microsoft.Storage/storageAccounts@2023-05-01' = if (!empty(prefix)) {
  name: '${prefix}${uniqueString(resourceGroup().id)}'
  location: resourceGroup().location
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: { minimumTlsVersion: 'TLS1_2', networkAcls: { defaultAction: 'Deny' } }
  resource blobs 'blobServices' = {
    name: 'default'
    properties: { deleteRetentionPolicy: { enabled: true, days: 7 } }
  }
}
";

/// A folder in the temporary files with this many deployments.
fn tree(roots: usize) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("redan-bench-bicep-{}-{roots}", std::process::id()));
    let mut files =
        vec![("shared.bicep".to_owned(), SHARED.to_owned()), ("common/group.bicep".to_owned(), MODULE.to_owned())];
    for root in 0..roots {
        let mut text = ROOT.to_owned();
        let _ = writeln!(text, "output count int = {root} + length(names)");
        files.push((format!("root{root}/main.bicep"), text));
    }
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn read(folder: &Path) -> usize {
    let tree = Arc::new(redan_files::walk(folder, &[]));
    load(&[Input::Tree(tree)], &Options::default(), &Sources::new()).resources.len()
}

fn loading(c: &mut Criterion) {
    let mut group = c.benchmark_group("bicep");
    for roots in [50, 200, 800] {
        let folder = tree(roots);
        assert_eq!(read(&folder), roots * 5);
        group.throughput(Throughput::Elements(u64::try_from(roots).unwrap()));
        group.bench_with_input(BenchmarkId::new("deployments", roots), &folder, |b, folder| b.iter(|| read(folder)));
        fs::remove_dir_all(folder).unwrap();
    }
    if let Some(folder) = std::env::var_os("REDAN_BENCH_TREE") {
        let folder = PathBuf::from(folder);
        group.sample_size(10).measurement_time(Duration::from_secs(20));
        group.bench_function("tree", |b| b.iter(|| read(&folder)));
    }
    group.finish();
}

criterion_group!(benches, loading);
criterion_main!(benches);
