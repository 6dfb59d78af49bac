using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Ingest;

namespace LeafSeg.EdgeAgent.Tests.Ingest;

public sealed class PlantListTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("site,rig,plant,genotype,sown\nghent,r17,a3,Col-0,2026-03-28\n")]
    [InlineData("\uFEFFSite;Rig;Plant;Genotype;Sown\r\nghent;r17;a3;\"Col-0\";2026-03-28\r\n;;;;\r\n")]
    [InlineData("plant\tsite\trig\tsown\tgenotype\na3\tghent\tr17\t2026-03-28\tCol-0\n")]
    public void A_spreadsheets_table_is_read_whatever_separates_its_cells(string text)
    {
        PlantList list = Read(text);

        Assert.Equal(["genotype", "sown"], list.Columns);
        Assert.Equal(new ListedPlant(new("ghent", "r17"), "a3", 1, "Col-0", null, null, new DateOnly(2026, 3, 28)), Assert.Single(list.Plants));
    }

    [Theory]
    [InlineData("site,rig,plant,genotpye\n", "the column \"genotpye\"")]
    [InlineData("plant,genotype\na3,x\n", "no column site and rig")]
    [InlineData("site,rig,plant\n", "no plants")]
    [InlineData("", "")]
    [InlineData("site,rig,Plant,plant\n", "\"plant\" twice")]
    [InlineData("site,rig,plant,series\nghent,r17,a3,0\n", "line 2: found the series \"0\"")]
    [InlineData("site,rig,plant\nghent,r17,a3\nghent,r17,a3\n", "line 3: plant a3 of ghent/r17 again")]
    [InlineData("site,rig,plant\nghent,R 17,a3\n", "line 2: found the rig \"R 17\"")]
    [InlineData("site,rig,plant\nghent,r17\n", "")]
    public void What_is_wrong_is_named_with_its_line(string text, string found)
    {
        AgentException e = Assert.Throws<AgentException>(() => Read(text));
        Assert.Equal(ExitCode.Setting, e.ExitCode);
        Assert.Contains(found, e.Message, StringComparison.Ordinal);
    }

    private PlantList Read(string text)
    {
        string file = Path.Combine(folder.Path, "plants.csv");
        File.WriteAllText(file, text);
        return PlantList.Read(file, null, null);
    }
}
