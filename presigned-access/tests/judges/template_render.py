"""Transforms a SAM template as CloudFormation would and resolves its intrinsics for given parameter values.

    template_render.py TEMPLATE VALUES

VALUES is JSON: `parameters` (name to text), and optionally `attributes` (logical id to attribute to value; the attribute
`Ref` is what a reference gives). Prints the template that remains: resources and outputs whose conditions hold.
"""

import ipaddress
import json
import os
import re
import sys

from cfnlint.decode import cfn_yaml
from samtranslator.translator.transform import transform

ABSENT = object()
LISTS = ("CommaDelimitedList", "List<")
PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/sample/00000000-0000-0000-0000-000000000000",
    "AWS::StackName": "sample",
    "AWS::URLSuffix": "amazonaws.com",
}


class NoPolicies:
    """Stands for IAM's managed policies, which these templates name by ARN only."""

    def load(self):
        return {}


def fail(message):
    sys.exit(f"template_render: {message}")


def read_template(path):
    template = cfn_yaml.load(path)
    return json.loads(json.dumps(template, default=str))


def parameters(template, given):
    """Values of all parameters, checked against their declarations."""
    declared = template.get("Parameters", {})
    unknown = set(given) - set(declared)
    if unknown:
        fail(f"no such parameter: {', '.join(sorted(unknown))}")
    values = {}
    for name, declaration in declared.items():
        value = given.get(name, declaration.get("Default"))
        if value is None:
            fail(f"parameter {name} has no value")
        values[name] = checked(name, str(value), declaration)
    return values


def checked(name, value, declaration):
    pattern = declaration.get("AllowedPattern")
    if pattern and not re.search(pattern, value):
        fail(f"parameter {name} refuses {value!r}")
    allowed = declaration.get("AllowedValues")
    if allowed and value not in [str(one) for one in allowed]:
        fail(f"parameter {name} is none of {allowed}")
    if declaration["Type"] == "Number":
        if not declaration.get("MinValue", float(value)) <= float(value) <= declaration.get("MaxValue", float(value)):
            fail(f"parameter {name} is out of range: {value}")
    if declaration["Type"].startswith(LISTS):
        return [part.strip() for part in value.split(",")]
    return value


class Resolver:
    """Evaluates intrinsic functions; whatever it does not know is an error, never left in place."""

    def __init__(self, template, values, attributes):
        self.template = template
        self.values = values
        self.attributes = attributes

    def holds(self, name):
        return self.value(self.template["Conditions"][name])

    def value(self, node):
        if isinstance(node, dict):
            if len(node) == 1:
                ((key, argument),) = node.items()
                if key == "Ref":
                    return self.ref(argument)
                if key == "Condition" and isinstance(argument, str) and argument in self.template.get("Conditions", {}):
                    return self.holds(argument)
                if key.startswith("Fn::"):
                    return self.function(key[4:], argument)
            return {key: one for key, one in self.members(node)}
        if isinstance(node, list):
            return [one for one in map(self.value, node) if one is not ABSENT]
        return node

    def members(self, node):
        for key, argument in node.items():
            one = self.value(argument)
            if one is not ABSENT:
                yield key, one

    def ref(self, name):
        if name == "AWS::NoValue":
            return ABSENT
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.values:
            return self.values[name]
        return self.attribute(name, "Ref")

    def attribute(self, logical, attribute):
        resource = self.template["Resources"].get(logical)
        if resource is None:
            fail(f"no resource {logical}")
        if "Condition" in resource and not self.holds(resource["Condition"]):
            fail(f"{logical}.{attribute} is used, but its condition {resource['Condition']} does not hold")
        given = self.attributes.get(logical, {})
        if attribute in given:
            return given[attribute]
        return self.made_up(logical, resource, attribute)

    def made_up(self, logical, resource, attribute):
        """What a new resource would be called."""
        kind, properties = resource["Type"], resource.get("Properties", {})
        named = {
            "AWS::IAM::Role": "RoleName",
            "AWS::DynamoDB::Table": "TableName",
            "AWS::Logs::LogGroup": "LogGroupName",
            "AWS::SSM::Parameter": "Name",
            "AWS::Lambda::Function": "FunctionName",
            "AWS::SNS::Topic": "TopicName",
        }
        given = self.attributes.get(logical, {})
        name = given.get("Ref") or self.value(properties.get(named.get(kind, ""), logical))
        if attribute == "Arn" or (attribute == "Ref" and kind == "AWS::SNS::Topic"):
            return arn(kind, name)
        if attribute == "CidrBlock":
            return self.value(properties["CidrBlock"])
        return name

    def function(self, name, argument):
        if name == "If":
            condition, yes, no = argument
            return self.value(yes if self.holds(condition) else no)
        if name == "Sub":
            return self.sub(argument)
        if name == "GetAtt":
            logical, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
            return self.attribute(logical, attribute)
        known = {
            "Join": lambda glue, parts: glue.join(str(part) for part in parts),
            "Split": lambda mark, text: text.split(mark),
            "Select": lambda index, parts: parts[int(index)],
            "Cidr": cidr,
            "Equals": lambda left, right: str(left) == str(right),
            "Not": lambda one: not one,
            "And": lambda *all_of: all(all_of),
            "Or": lambda *any_of: any(any_of),
        }
        if name == "GetAZs":
            return [PSEUDO["AWS::Region"] + letter for letter in "abc"]
        if name not in known:
            fail(f"Fn::{name} is not known")
        return known[name](*self.value(argument))

    def sub(self, argument):
        text, own = argument if isinstance(argument, list) else (argument, {})

        def replace(match):
            name = match.group(1)
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in own:
                return str(self.value(own[name]))
            if "." in name:
                return str(self.attribute(*name.split(".", 1)))
            return str(self.ref(name))

        return re.sub(r"\$\{([^}]+)\}", replace, text)


def arn(kind, name):
    account, region = PSEUDO["AWS::AccountId"], PSEUDO["AWS::Region"]
    forms = {
        "AWS::IAM::Role": f"arn:aws:iam::{account}:role/{name}",
        "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{region}:{account}:table/{name}",
        "AWS::Logs::LogGroup": f"arn:aws:logs:{region}:{account}:log-group:{name}:*",
        "AWS::KMS::Key": f"arn:aws:kms:{region}:{account}:key/{name}",
        "AWS::SNS::Topic": f"arn:aws:sns:{region}:{account}:{name}",
        "AWS::Lambda::Function": f"arn:aws:lambda:{region}:{account}:function:{name}",
        "AWS::Cognito::UserPool": f"arn:aws:cognito-idp:{region}:{account}:userpool/{name}",
    }
    if kind not in forms:
        fail(f"no form of ARN for {kind}")
    return forms[kind]


def cidr(block, count, bits):
    subnets = ipaddress.ip_network(block).subnets(new_prefix=32 - int(bits))
    return [str(next(subnets)) for _ in range(int(count))]


def render(template, values, attributes):
    given = {name: ",".join(value) if isinstance(value, list) else value for name, value in values.items()}
    transformed = transform(template, given, NoPolicies())
    resolver = Resolver(transformed, values, attributes)
    result = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}, "Outputs": {}}
    for part in ("Resources", "Outputs"):
        for name, node in transformed.get(part, {}).items():
            condition = node.pop("Condition", None)
            if condition is None or resolver.holds(condition):
                result[part][name] = resolver.value(node)
    return result


def main():
    os.environ["AWS_DEFAULT_REGION"] = PSEUDO["AWS::Region"]
    template = read_template(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        sample = json.load(file)
    values = parameters(template, sample["parameters"])
    json.dump(render(template, values, sample.get("attributes", {})), sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
