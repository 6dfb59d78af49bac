using System.Text;
using LeafSeg.EdgeAgent.Faults;
using Npgsql;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>What a failure of the database means for what was to be written.</summary>
internal static class DatabaseFault
{
    /// <summary>Because of a message that no database could take: a key twice, a number out of range, a text with a NUL in it.</summary>
    public static bool IsOfAMessage(Exception e) => e switch
    {
        // A rig's row was deleted by hand: over a new connection it is entered anew.
        PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation } => false,
        PostgresException postgres => postgres.SqlState[..2] is "22" or "23",
        ArgumentException or InvalidCastException or OverflowException => true,
        _ => e.InnerException is EncoderFallbackException,
    };

    /// <summary>It may pass: the server is away, its disk is full, another transaction was in the way.</summary>
    public static bool MayPass(Exception e) => e switch
    {
        PostgresException postgres => Permanent(postgres) is null,
        NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException => true,
        _ => false,
    };

    /// <summary>Somebody has to mend the database or the settings first; null: waiting is enough.</summary>
    public static AgentException? Permanent(PostgresException e)
    {
        string? remedy = e.SqlState[..2] switch
        {
            "28" => "check the user and its password (ingest.database, ingest.passwordFile) and the server's pg_hba.conf",
            "3D" => "create the database first (createdb)",
            "42" when e.SqlState == PostgresErrorCodes.InsufficientPrivilege => "the user must own the schema leafseg, or be allowed to create it",
            "42" or "3F" or "0A" => "the tables are not as this program made them; compare them with deploy/postgres/schema.sql",
            _ => null,
        };
        return remedy is null ? null : new AgentException(ExitCode.Machine, $"ingest.database: {e.MessageText} ({e.SqlState}); {remedy}", e);
    }

    public static string InWords(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } full => $"the database's disk is full ({full.MessageText})",
        PostgresException { Detail: { } detail } postgres => $"{postgres.MessageText}: {detail}",
        PostgresException postgres => postgres.MessageText,
        _ => e.GetBaseException().Message,
    };
}
