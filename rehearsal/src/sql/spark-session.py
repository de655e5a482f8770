"""Runs statements of the rehearsal in the user's own Spark: one request a line on stdin, one answer a line on stdout."""

import datetime
import decimal
import json
import os
import re
import sys

OLDEST = 4


def main():
    # What Spark and its JVM print goes to stderr: stdout is for answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    session = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if session is None:
                session = Session(request["remote"])
            answer = getattr(session, request["op"])(**request["with"])
        except Exception as error:  # Whatever it is, the other side tells it.
            answer = {"error": failure(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def failure(error):
    try:
        from pyspark.errors import PySparkException
    except ImportError:
        return {"kind": "missing", "message": str(error)}
    if isinstance(error, PySparkException):
        tell = getattr(error, "getCondition", None) or error.getErrorClass
        return {"kind": "query", "condition": tell() or "", "message": str(error).split("\n")[0]}
    # What tasks fail of is told in the text of a Java error.
    told = re.search(r"\[([A-Z_]+(?:\.[A-Z_]+)*)\] [^\n]*", str(error))
    if told is not None:
        return {"kind": "query", "condition": told.group(1), "message": told.group(0)}
    if isinstance(error, ImportError):
        return {"kind": "missing", "message": str(error)}
    return {"kind": "other", "message": f"{type(error).__name__}: {error}".split("\n")[0]}


class Session:
    def __init__(self, remote):
        import pyspark
        from pyspark.sql import SparkSession

        if int(pyspark.__version__.split(".")[0]) < OLDEST:
            raise ImportError(f"pyspark {pyspark.__version__} is older than {OLDEST}")
        self.remote = remote
        settings = {
            "spark.sql.ansi.enabled": "true",
            "spark.sql.session.timeZone": "UTC",
            # SELECT … FROM csv.`/etc/passwd`
            "spark.sql.runSQLOnFiles": "false",
        }
        if remote:
            self.spark = SparkSession.builder.remote(remote).getOrCreate()
            for name, value in settings.items():
                self.spark.conf.set(name, value)
            return
        builder = SparkSession.builder.master("local[*]").appName("cdk-cleanrooms-rehearsal")
        local = {"spark.ui.enabled": "false", "spark.sql.catalogImplementation": "in-memory", "spark.sql.shuffle.partitions": str(os.cpu_count())}
        for name, value in {**settings, **local}.items():
            builder = builder.config(name, value)
        self.spark = builder.getOrCreate()
        self.spark.sparkContext.setLogLevel("ERROR")

    def table(self, name, path, columns, upload):
        """A view of Parquet files; `upload` sends them along, for the cluster cannot see this machine's."""
        if upload and self.remote:
            import pyarrow.parquet

            frame = self.spark.createDataFrame(pyarrow.parquet.read_table(path))
        else:
            frame = self.spark.read.parquet(path)
        frame.selectExpr(*columns).createOrReplaceTempView(name)
        return {}

    def run(self, sql, parameters, file):
        """Writes each row as a list of texts, and tells what they are."""
        frame = self.spark.sql(sql, args={p["name"]: literal(p["type"], p["value"]) for p in parameters})
        columns = [{"name": f.name, "type": f.dataType.simpleString()} for f in frame.schema.fields]
        with open(file, "w", encoding="utf-8") as rows:
            for row in told(frame).toLocalIterator():
                rows.write(json.dumps([text(value) for value in row]) + "\n")
        return {"columns": columns}


def told(frame):
    """The rows with times as Spark's own text: Python has none within a day of the first of year 1."""
    flat = frame.toDF(*[f"c{index}" for index in range(len(frame.columns))])
    return flat.select(*[flat[f.name].cast("string") if f.dataType.typeName().startswith("timestamp") else flat[f.name] for f in flat.schema.fields])


def literal(kind, value):
    """The value as a literal of the declared type. Spark parses no part of the value as SQL."""
    from pyspark.sql import functions

    suffixes = {"TINYINT": "Y", "SMALLINT": "S", "INT": "", "BIGINT": "L"}
    if kind in suffixes:
        return functions.expr(f"{int(value)}{suffixes[kind]}")
    if kind == "BOOLEAN":
        return functions.lit(value.lower() == "true")
    if kind == "DOUBLE":
        return functions.lit(float(value))
    if kind.startswith("DECIMAL"):
        return functions.expr(f"{decimal.Decimal(value):f}BD")
    if kind == "DATE":
        return functions.lit(datetime.date.fromisoformat(value))
    if kind in ("TIMESTAMP", "TIMESTAMP_NTZ"):
        moment = datetime.datetime.fromisoformat(value)
        return functions.expr(f"{'TIMESTAMP_NTZ' if kind == 'TIMESTAMP_NTZ' else 'TIMESTAMP_LTZ'}'{moment.isoformat(' ')}'")
    return functions.lit(value)


def text(value):
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, decimal.Decimal):
        return f"{value:f}"
    return repr(value) if isinstance(value, float) else str(value)


if __name__ == "__main__":
    # Python reads a TIMESTAMP as a time of its own zone.
    os.environ["TZ"] = "UTC"
    main()
