using LabAutomation.Hosting.Broker;
using Microsoft.Extensions.Logging;

namespace LabAutomation.Hosting;

/// <summary>The computer's clock, MQTT, and the thread pool.</summary>
internal sealed class RealGround : LabGround
{
    public override TimeProvider Patience => TimeProvider.System;

    public override string? Dispatcher => null;

    public override bool IsDurable => true;

    public override Task Outside(Func<Task> work) => work();

    public override TimeProvider Clock(DataDirectory directory, SimulationOptions simulation, InstrumentListOptions instruments) => LabClock.For(directory, simulation, instruments);

    public override ISwitchboard Switchboard(string site, BrokerOptions broker, ILoggerFactory logging, AccountFile accounts) => new Switchboard(site, broker, logging, accounts);
}
