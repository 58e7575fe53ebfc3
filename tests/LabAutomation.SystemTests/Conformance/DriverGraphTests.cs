using LabAutomation.Conformance;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>How the kit reads a driver's diagram.</summary>
public sealed class DriverGraphTests
{
    private const string Diagram = """
        stateDiagram-v2
        	state On {
        		Slow
        		Fast
        	}
        	state Decision1 <<choice>>
        	Off --> Slow : Go
        	On --> Off : Stop
        	Slow --> Decision1 : Shift
        	Decision1 --> Fast : Shift [there is power]
        [*] --> Off
        """;

    [Theory]
    [InlineData("Off", "Slow", true)]
    [InlineData("Slow", "Off", true)]
    [InlineData("Slow", "Fast", true)]
    [InlineData("Fast", "Slow", false)]
    [InlineData("Off", "Fast", false)]
    [InlineData("Off", "Moon", false)]
    public void A_step_is_one_arrow_of_a_state_or_of_one_around_it_and_a_choice_is_no_state(string from, string to, bool allowed) =>
        DriverGraph.Parse(Diagram).Allows(from, to).Should().Be(allowed);

    [Fact]
    public void A_state_to_which_no_arrows_lead_is_found()
    {
        var graph = DriverGraph.Parse(Diagram + "\n\tMoon --> Off : Land");

        graph.Initial.Should().Be("Off");
        graph.Unreachable().Should().Equal("Moon");
        DriverGraph.Parse(Diagram).Unreachable().Should().BeEmpty();
        graph.States.Should().BeEquivalentTo("On", "Slow", "Fast", "Off", "Moon");
    }

    [Fact]
    public void A_choice_that_does_not_say_where_it_leads_allows_nothing() =>
        DriverGraph.Parse("stateDiagram-v2\n\tstate Decision1 <<choice>>\n\tOff --> Decision1 : Go\n[*] --> Off").Allows("Off", "Slow").Should().BeFalse();
}
