using Npgsql;
using NpgsqlTypes;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>Columns that may be null.</summary>
internal static class CopyColumns
{
    public static void OrNull(this NpgsqlBinaryImporter copy, double? value) => Write(copy, value, NpgsqlDbType.Double);

    public static void OrNull(this NpgsqlBinaryImporter copy, int? value) => Write(copy, value, NpgsqlDbType.Integer);

    public static void OrNull(this NpgsqlBinaryImporter copy, bool? value) => Write(copy, value, NpgsqlDbType.Boolean);

    public static void OrNull(this NpgsqlBinaryImporter copy, DateTime? value) => Write(copy, value, NpgsqlDbType.TimestampTz);

    public static void OrNull(this NpgsqlBinaryImporter copy, string? value)
    {
        if (value is null)
        {
            copy.WriteNull();
        }
        else
        {
            copy.Write(value, NpgsqlDbType.Text);
        }
    }

    private static void Write<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type)
        where T : struct
    {
        if (value is { } there)
        {
            copy.Write(there, type);
        }
        else
        {
            copy.WriteNull();
        }
    }
}
