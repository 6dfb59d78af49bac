using System.ComponentModel;
using System.Reflection;
using LeafSeg.EdgeAgent.Faults;
using Microsoft.Extensions.Configuration;

namespace LeafSeg.EdgeAgent.Configuration;

/// <summary>
/// Compares what is configured with the options classes before they are bound: the binder passes over names that it
/// does not know, and a mistyped setting would silently keep its default.
/// </summary>
internal static class SettingsCheck
{
    /// <summary>What editors look for at the head of a JSON file; no setting.</summary>
    public const string SchemaKey = "$schema";

    public static IEnumerable<SettingProblem> Problems(IConfiguration configuration, Type options, string prefix = "")
    {
        Dictionary<string, PropertyInfo> settings = options
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite)
            .ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);

        foreach (IConfigurationSection section in configuration.GetChildren())
        {
            if (prefix.Length == 0 && section.Key == SchemaKey)
            {
                continue;
            }

            if (!settings.TryGetValue(section.Key, out PropertyInfo? setting))
            {
                // Never its value: a mistyped name may stand before a password.
                yield return new SettingProblem(
                    prefix + section.Key, SettingProblem.UnknownName, $"one of {string.Join(", ", settings.Values.Select(NameOf))}");
                continue;
            }

            string name = prefix + NameOf(setting);
            Type type = Nullable.GetUnderlyingType(setting.PropertyType) ?? setting.PropertyType;
            bool isSection = type.Namespace?.StartsWith("LeafSeg.", StringComparison.Ordinal) == true && type.IsClass;
            if (isSection)
            {
                if (!string.IsNullOrEmpty(section.Value))
                {
                    yield return new SettingProblem(name, SettingProblem.SingleValue, "a section in braces");
                }

                foreach (SettingProblem problem in Problems(section, type, $"{name}."))
                {
                    yield return problem;
                }
            }
            else if (ItemOf(type) is { } item)
            {
                foreach (SettingProblem problem in ListProblems(section, item, name))
                {
                    yield return problem;
                }
            }
            else if (section.GetChildren().Any())
            {
                yield return new SettingProblem(name, "a section", InWords(type));
            }
            else if (section.Value is { } value ? !Fits(value, type) : !MayBeNull(setting))
            {
                yield return new SettingProblem(name, section.Value, InWords(type));
            }
        }
    }

    private static bool MayBeNull(PropertyInfo setting) => new NullabilityInfoContext().Create(setting).WriteState == NullabilityState.Nullable;

    private static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static IEnumerable<SettingProblem> ListProblems(IConfigurationSection list, Type item, string name)
    {
        if (!string.IsNullOrEmpty(list.Value))
        {
            yield return new SettingProblem(name, SettingProblem.SingleValue, "a list in brackets");
        }

        foreach (IConfigurationSection entry in list.GetChildren())
        {
            string entryName = $"{name}[{entry.Key}]";
            bool isSection = item.IsClass && item != typeof(string);
            if (isSection && entry.Value is { Length: > 0 })
            {
                yield return new SettingProblem(entryName, SettingProblem.SingleValue, "a section in braces");
            }
            else if (!isSection && (entry.GetChildren().Any() || !Fits(entry.Value ?? "", item)))
            {
                yield return new SettingProblem(entryName, entry.Value ?? "a section", InWords(item));
            }

            foreach (SettingProblem problem in isSection ? Problems(entry, item, $"{entryName}.") : [])
            {
                yield return problem;
            }
        }
    }

    private static bool Fits(string value, Type type)
    {
        // The converter takes any number for an enumeration.
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Contains(value, StringComparer.OrdinalIgnoreCase);
        }

        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            return false;
        }
    }

    private static string NameOf(PropertyInfo setting) => char.ToLowerInvariant(setting.Name[0]) + setting.Name[1..];

    private static string InWords(Type type)
    {
        if (type.IsEnum)
        {
            return $"one of {string.Join(", ", Enum.GetNames(type).Select(n => n.ToLowerInvariant()))}";
        }

        if (type == typeof(int))
        {
            return "a whole number without separators, as in 1200";
        }

        if (type == typeof(double) || type == typeof(float))
        {
            return "a number with a decimal point, as in 0.21";
        }

        return type == typeof(bool) ? "true or false" : "a text";
    }
}
