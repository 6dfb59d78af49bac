using LeafSeg.EdgeAgent.Configuration;

namespace LeafSeg.EdgeAgent.Tests.Configuration;

public sealed class SettingsPageTests
{
    private static readonly string Example = Path.Combine(AppContext.BaseDirectory, "leafseg-agent.json");
    private static readonly string Published = Path.Combine(AppContext.BaseDirectory, "docs", "settings.md");

    [Fact]
    public void The_page_of_settings_is_what_the_schema_and_the_example_say()
    {
        string page = SettingsPage.Write(SettingsSchema.Text(), File.ReadAllText(Example));
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
        {
            File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "../../../../../docs/settings.md"), page);
        }
        else
        {
            Assert.Equal(File.ReadAllText(Published), page);
        }
    }
}
