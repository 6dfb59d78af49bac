using System.CommandLine;
using System.Globalization;
using LeafSeg.Common.Tuf;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>leafseg-train release refresh.</summary>
internal static class RefreshCommand
{
    public static Command Create()
    {
        Option<double> within = new("--within") { Description = "Only what expires within so many days", HelpName = "DAYS", DefaultValueFactory = _ => 3 };
        Option<string[]> roles = new("--role") { Description = "Role to renew; may be named several times", DefaultValueFactory = _ => [RoleName.Snapshot, RoleName.Timestamp] };
        Command command = new("refresh",
            $"""
            Signs metadata again before it expires, with nothing else changed; for a timer. With nothing due it changes nothing.

            Examples:
              leafseg-train release refresh models --within 3 --key online.pem --passphrase-file /run/secrets/online
              leafseg-train release refresh models --role targets --within 30 --key targets.pem --key online.pem

            {ReleaseCommand.ExitCodes}
            """)
        {
            within, roles,
        };
        return RepositoryChange.Of(command, (arguments, folder, staging) =>
        {
            double days = arguments.GetValue(within);
            if (days is not (>= 0 and <= 10_000))
            {
                throw ReleaseException.Argument(string.Create(CultureInfo.InvariantCulture, $"--within is {days}, expected 0 to 10000 days."));
            }

            IReadOnlyList<string> due = new Renewal(folder, staging, TimeProvider.System).Renew(arguments.GetValue(roles)!, days);
            if (due.Count > 0)
            {
                return $"Renews {string.Join(", ", due)}";
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Nothing expires within {days} days."));
            return null;
        });
    }
}
