using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Broker;
using LabAutomation.Instruments;
using LabAutomation.Simulators.Time;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LabAutomation.Tests.Chaos;

public sealed class FallenDriverTests
{
    [Fact]
    public void A_driver_that_meets_what_it_cannot_handle_ends_the_wait_for_it_by_name()
    {
        var folder = Directory.CreateTempSubdirectory("fallen-driver-");
        try
        {
            var setup = ChaosBench.Setup();
            var loop = new VirtualLoop(new VirtualTime(VirtualLaboratory.Beginning));
            var keys = new ConfigurationBuilder().AddConfiguration(setup.Configuration).AddInMemoryCollection([new("Lab:DataDirectory", folder.FullName)]).Build();
            using var host = LabHost.Build(keys, null, new DefectiveGround(new VirtualGround(loop.Clock)));
            var lab = host.Services.GetRequiredService<Laboratory>();

            var run = () => loop.Run(async () =>
            {
                await lab.StartAsync(CancellationToken.None);
                await lab.WaitForInstrumentsAsync(setup.Plans[0].Instruments, CancellationToken.None);
                return await lab.RunAsync(lab.Begin(setup.Plans[0]), CancellationToken.None);
            });

            run.Should().Throw<LabException>().WithMessage("the driver of pump-* met what it cannot handle: a defect");
            loop.Run(async () => await lab.DisposeAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A virtual ground whose journal has a defect that no driver host foresees, from the twentieth write on.</summary>
    private sealed class DefectiveGround(VirtualGround ground) : LabGround
    {
        private int _writes;

        public override TimeProvider Patience => ground.Patience;

        public override string? Dispatcher => ground.Dispatcher;

        public override bool IsDurable => ground.IsDurable;

        public override Task Outside(Func<Task> work) => ground.Outside(work);

        public override TimeProvider Clock(DataDirectory directory, SimulationOptions simulation, InstrumentListOptions instruments) => ground.Clock(directory, simulation, instruments);

        public override ISwitchboard Switchboard(string site, BrokerOptions broker, ILoggerFactory logging, AccountFile accounts) => ground.Switchboard(site, broker, logging, accounts);

        public override void Has(Ledger ledger) => ground.Has(ledger);

        public override void Has(Journal journal) => journal.Store.Boundary = after =>
        {
            if (!after && ++_writes == 20) throw new InvalidOperationException("a defect");
        };
    }
}
