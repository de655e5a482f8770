#!/usr/bin/env python3
"""Makes the service model that the local Clean Rooms endpoint is driven by.

    python3 scripts/make-service-model.py                    downloads botocore with pip
    python3 scripts/make-service-model.py --wheel FILE.whl   reads one that is already here

It writes rehearsal/src/clean-rooms/model/cleanrooms.json and NOTICE: the operations below with every shape they reach,
documentation removed, keys sorted, nothing else changed, so that a diff after raising BOTOCORE is what the service
changed. Only the standard library and pip are needed, and only when the model is made: nothing in the repository runs
this script.
"""

import argparse
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

BOTOCORE = '1.44.8'
MODEL = 'botocore/data/cleanrooms/2022-02-17/service-2.json.gz'
TARGET = pathlib.Path(__file__).parent.parent / 'rehearsal' / 'src' / 'clean-rooms' / 'model'

OPERATIONS = [
    'CreateMembership', 'GetMembership', 'UpdateMembership', 'DeleteMembership', 'ListMemberships',
    'CreateCollaboration', 'GetCollaboration', 'UpdateCollaboration', 'DeleteCollaboration', 'ListCollaborations', 'ListMembers',
    'TagResource', 'UntagResource', 'ListTagsForResource',
    'StartProtectedQuery', 'GetProtectedQuery', 'UpdateProtectedQuery', 'ListProtectedQueries',
    'CreateAnalysisTemplate', 'GetAnalysisTemplate', 'DeleteAnalysisTemplate',
    'GetCollaborationAnalysisTemplate', 'BatchGetCollaborationAnalysisTemplate', 'ListCollaborationAnalysisTemplates',
    'CreateConfiguredTable', 'GetConfiguredTable', 'UpdateConfiguredTable', 'DeleteConfiguredTable',
    'CreateConfiguredTableAnalysisRule', 'GetConfiguredTableAnalysisRule', 'UpdateConfiguredTableAnalysisRule',
    'DeleteConfiguredTableAnalysisRule',
    'CreateConfiguredTableAssociation', 'GetConfiguredTableAssociation', 'UpdateConfiguredTableAssociation',
    'DeleteConfiguredTableAssociation',
    'CreateConfiguredTableAssociationAnalysisRule', 'GetConfiguredTableAssociationAnalysisRule',
    'UpdateConfiguredTableAssociationAnalysisRule', 'DeleteConfiguredTableAssociationAnalysisRule',
    'CreatePrivacyBudgetTemplate', 'GetPrivacyBudgetTemplate', 'UpdatePrivacyBudgetTemplate', 'DeletePrivacyBudgetTemplate',
    'BatchGetSchema',
]

NOTICE = f"""cleanrooms.json is derived from the service model of AWS Clean Rooms in botocore {BOTOCORE}
({MODEL}, PyPI package "botocore"), by scripts/make-service-model.py.

Changes: reduced to the operations that the local endpoint serves and the shapes they reach; documentation removed;
keys sorted.

Botocore
Copyright 2012-2022 Amazon.com, Inc. or its affiliates. All Rights Reserved.
Licensed under the Apache License, Version 2.0; the text is in LICENSE at the top of this repository.
"""


def download(folder):
    """The pinned wheel, by pip."""
    subprocess.run(
        [sys.executable, '-m', 'pip', 'download', f'botocore=={BOTOCORE}', '--no-deps', '--quiet', '--dest', folder],
        check=True,
    )
    return next(pathlib.Path(folder).glob('*.whl'))


def read_model(wheel):
    """The service model inside a wheel, which has to be the pinned one."""
    if not pathlib.Path(wheel).name.startswith(f'botocore-{BOTOCORE}-'):
        raise SystemExit(f'{wheel} is not botocore {BOTOCORE}; change BOTOCORE here first')
    with zipfile.ZipFile(wheel) as archive:
        return json.loads(gzip.decompress(archive.read(MODEL)))


def without_documentation(value):
    if isinstance(value, dict):
        return {key: without_documentation(item) for key, item in value.items() if key != 'documentation'}
    if isinstance(value, list):
        return [without_documentation(item) for item in value]
    return value


def references(shape):
    """The shapes that a shape, or an operation, names."""
    parts = [shape.get(key) for key in ('input', 'output', 'member', 'key', 'value')]
    parts += shape.get('errors', []) + list(shape.get('members', {}).values())
    return [part['shape'] for part in parts if part]


def reachable(operations, shapes):
    found = set()
    left = [name for operation in operations.values() for name in references(operation)]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += references(shapes[name])
    return found


def extract(model):
    # `members` is keyed by name, so a member called "documentation" would be lost; there is none.
    assert not any('documentation' in shape.get('members', {}) for shape in model['shapes'].values())
    operations = {name: model['operations'][name] for name in OPERATIONS}
    shapes = {name: model['shapes'][name] for name in reachable(operations, model['shapes'])}
    return without_documentation({'metadata': model['metadata'], 'operations': operations, 'shapes': shapes})


def main():
    arguments = argparse.ArgumentParser(description='makes the service model of the local Clean Rooms endpoint')
    arguments.add_argument('--wheel', help=f'a wheel of botocore {BOTOCORE}; without it pip downloads one')
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model = extract(read_model(given.wheel or download(folder)))
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / 'cleanrooms.json').write_text(json.dumps(model, indent=1, sort_keys=True) + '\n', encoding='utf-8')
    (TARGET / 'NOTICE').write_text(NOTICE, encoding='utf-8')
    print(f'{len(model["operations"])} operations, {len(model["shapes"])} shapes')


if __name__ == '__main__':
    main()
